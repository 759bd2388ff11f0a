import { expect, test } from '@jest/globals';
import { tooOldNode } from '../../../service/cli/node-version.ts';

test.each(['24.15.0', '24.21.0', '25.0.0', '100.1.0'])('Node.js %s is new enough', (version) => {
  expect(tooOldNode(version)).toBeNull();
});

test.each(['18.4.0', '20.20.2', '22.20.0', '23.11.1', '24.0.0', '24.14.9', ''])(
  'Node.js %j is too old, and one line says what to do',
  (version) => {
    const told = tooOldNode(version) ?? '';
    expect(told).toContain('>= 24.15');
    expect(told).toContain(version);
    expect(told).not.toContain('\n');
  },
);
