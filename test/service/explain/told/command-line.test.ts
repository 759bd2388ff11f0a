import { expect, test } from '@jest/globals';
import { flagsIn } from '../../../../service/explain/told/command-line.ts';

test.each<[string, string, readonly string[]]>([
  [
    'the WebUI at its start',
    'Launching Web UI with arguments: --xformers --medvram\nLoading',
    ['--xformers', '--medvram'],
  ],
  ['a start without any', 'Launching Web UI with arguments:\nLoading weights', []],
  [
    'a line that a terminal broke',
    'Launching Web UI with arguments: --xformers\n --medvram',
    ['--xformers', '--medvram'],
  ],
  ['webui-user.bat', '@echo off\nset COMMANDLINE_ARGS=--no-half-vae --lowvram\n', ['--no-half-vae', '--lowvram']],
  ['webui-user.sh', 'export COMMANDLINE_ARGS="--medvram-sdxl"', ['--medvram-sdxl']],
  ['a line in a shell', './webui.sh --opt-sdp-attention --port 7861', ['--opt-sdp-attention', '--port']],
  [
    'a line of flags alone',
    'my flags:\n--medvram --xformers --ckpt-dir /models',
    ['--medvram', '--xformers', '--ckpt-dir'],
  ],
  [
    'of two starts the last one',
    'Launching Web UI with arguments: --lowvram\n...\nLaunching Web UI with arguments: --xformers\n',
    ['--xformers'],
  ],
])('flags are read from %s', (_where, text, flags) => {
  expect(flagsIn(text)).toEqual(flags);
});

test.each([
  ['an error that names one', 'Try adding --no-half-vae commandline argument to fix this. Use --disable-nan-check'],
  ['advice', 'Have you tried --medvram? With --lowvram it works for me.'],
  ['what is commented out', '#export COMMANDLINE_ARGS="--medvram"'],
  ['no text', ''],
])('%s tells of no flags', (_what, text) => {
  expect(flagsIn(text)).toBeNull();
});

test('a line of dashes that is no line of flags is passed over at once', () => {
  expect(flagsIn(`--a${'--a'.repeat(60)} !`)).toBeNull();
});
