/** What the extension adds to the WebUI's start once Node.js is there: the stand-in with it and without it, in turn. */
import { startStandIn } from '../tools/stand-in.ts';
import { summarise, type Row } from './figures.ts';

const ROUNDS = 9;

async function startMs(withExtension: boolean): Promise<number> {
  const standIn = await startStandIn({ cardGb: 8, withExtension });
  await standIn.stop();
  return standIn.startMs;
}

export async function measureWebuiStart(): Promise<Row> {
  await startMs(true); // files into the page cache, Python's compiled modules written
  const added: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const without = await startMs(false);
    added.push((await startMs(true)) - without);
  }
  return { what: "added to the WebUI's start (ms)", unit: 'ms', figures: summarise(added), goal: 100, judged: 'median' };
}
