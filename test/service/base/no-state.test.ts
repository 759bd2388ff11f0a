/** Of the pure stages no module holds anything that changes, but for memos of pure functions. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const SERVICE = join(import.meta.dirname, '../../../service');
const STAGES =
  'protocol words hosts operations program allocator networks model plan estimate leaks advice compare explain calibration';
/** A collection that is not filled where it is made, or is not said to be read-only, is there to be changed. */
const CHANGES = /^(?:export )?(?:let |const \w+ = new (?:Weak)?(?:Map|Set)(?:<[^\n]*>)?\(\))/m;

test.each(STAGES.split(' '))('%s', (stage) => {
  const files = readdirSync(join(SERVICE, stage), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(0);
  const changing = files.filter((file) => CHANGES.test(readFileSync(join(SERVICE, stage, file), 'utf8')));
  // A memo too: the few courses at hand, which give up their checkpoints when they go.
  expect(changing).toEqual(stage === 'model' ? [join('replay', 'courses.ts')] : []);
});
