/** The tab's box for a pasted error. */
import { beforeEach, test } from 'node:test';
import { pageOfEach } from './with-page.ts';

const ERROR =
  'RuntimeError: CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

const page = pageOfEach();
beforeEach(() => page.openTab());
const part = () => page.part('Explain an error');

async function explain(text: string): Promise<void> {
  await part().getByLabel('Error text').fill(text);
  await part().getByRole('button', { name: 'Explain' }).click();
}

test('a pasted error is explained: what happened, the figures and the cause', async () => {
  await explain(ERROR);
  await part().getByText('The graphics card ran out of memory (CUDA).').waitFor();
  await part().getByText('asked for 4.00 GiB, free 512 MiB, in all 8.00 GiB').waitFor();
  await part().getByText('Plain size').waitFor();
});

test('the end of a long log is read, where the error stands', async () => {
  await explain(`${'0123456789 a line of a log\n'.repeat(500)}${ERROR}`);
  await part().getByText('The graphics card ran out of memory (CUDA).').waitFor();
});

test('what is no error is refused in a sentence that says what to paste', async () => {
  await explain('a photograph of an astronaut');
  await part().getByText('Paste the lines from "Traceback" to the error').waitFor();
});
