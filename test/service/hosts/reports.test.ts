/**
 * test/fixtures/hosts/reports.json: what the shim says of set-ups of many kinds (test/extension holds it to that), and
 * how each was described by the shim itself before the sidecar did.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readReport } from '../../../service/hosts/hosts.ts';
import type { Environment } from '../../../service/protocol/host.ts';
import type { Report } from '../../../service/protocol/shim.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';

interface Case {
  readonly name: string;
  readonly report: Report;
  readonly environment: Environment;
}

const path = new URL('../../fixtures/hosts/reports.json', import.meta.url);
const CASES = JSON.parse(readFileSync(path, 'utf8')) as readonly Case[];
const reportNamed = (name: string): Report => {
  const found = CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no report of ${name}`);
  return found.report;
};

test.each(CASES.map((one) => [one.name, one] as const))(
  '%s is described, and keyed, as ever: its stored runs are found again',
  (_name, { report, environment }) => {
    const read = readReport(report).environment;
    expect(read).toEqual(environment);
    expect(keyHashOf(read)).toBe(keyHashOf(environment));
  },
);

test('set-ups that differ in what moves the curve have keys of their own', () => {
  const keys = CASES.map(({ report }) => keyHashOf(readReport(report).environment));
  // The card that torch places is the card that the driver places.
  expect(new Set(keys).size).toBe(CASES.length - 1);
});

describe('the attention in force', () => {
  const kindOf = (method: string | null, type = 'cuda', webuiVersion = 'v1.10.1') => {
    const report = reportNamed('A1111 with sdp');
    const facts = { ...report.facts, 'modules.sd_hijack:model_hijack.optimization_method': method };
    return readReport({ ...report, webuiVersion, facts, device: { ...report.device, type } }).environment.traits
      .attention;
  };

  test.each([
    ['xformers', 'fused'],
    ['sdp', 'fused'],
    ['sdp-no-mem', 'fused'],
    ['V1', 'unfused'],
    ['', 'unfused'],
    ['Doggettx', 'doggettx'],
    ['InvokeAI', 'invokeai'],
    ['sub-quadratic', 'sub-quadratic'],
    ['something new', 'unknown'],
    [null, 'unknown'],
  ])('%p spends memory as %s', (method, kind) => {
    expect(kindOf(method)).toBe(kind);
  });

  test.each([
    ['cuda', 'invokeai'],
    ['cpu', 'sub-quadratic'],
    ['mps', 'adaptive'],
  ])("InvokeAI's slices follow free memory on %s as %s", (type, kind) => {
    expect(kindOf('InvokeAI', type)).toBe(kind);
  });

  test.each([
    ['cpu', 'v1.10.1'],
    ['cuda', 'v1.5.2'],
    ['cuda', '1.4.0-RC'],
  ])("Doggettx's slices are not known on %s with %s", (type, version) => {
    expect(kindOf('Doggettx', type, version)).toBe('adaptive');
  });
});

describe('the device', () => {
  const deviceOf = (change: Partial<Report['device']>) => {
    const report = reportNamed('a card of which torch tells nothing');
    return readReport({ ...report, device: { ...report.device, ...change } }).environment.device;
  };

  test("is the driver's where torch tells nothing, and torch's where it does", () => {
    expect(deviceOf({})).toMatchObject({ uuid: 'GPU-00000000-1111-2222-3333-444444444444', busId: '00000000:0A:00.0' });
    expect(deviceOf({ uuid: 'MIG-1', pci: { domain: 1, bus: 160, device: 0 } })).toMatchObject({
      uuid: 'MIG-1',
      busId: '00000001:A0:00.0',
    });
  });

  test.each([null, 'nonsense'])('has no place on the bus where the driver says %p', (driverBusId) => {
    expect(deviceOf({ driverBusId, driverUuid: null })).toMatchObject({ uuid: null, busId: null });
  });

  test("of AMD is not looked for among NVIDIA's", () => {
    expect(deviceOf({ hip: '5.7' })).toMatchObject({ backend: 'rocm', uuid: null, busId: null });
  });
});

describe('the key', () => {
  const keyOf = (facts: Record<string, string>) => {
    const report = reportNamed('A1111 with sdp');
    return readReport({ ...report, facts: { ...report.facts, ...facts } }).environment.key;
  };

  test('does not change with what does not move the curve', () => {
    expect(keyOf({ 'opts:outdir_samples': '/elsewhere', 'opts:show_progress_type': 'TAESD' })).toEqual(keyOf({}));
    expect(keyOf({ 'opts:batch_cond_uncond': 'False' })).not.toEqual(keyOf({}));
  });

  test('has full previews only while previews are shown', () => {
    const full = { 'opts:show_progress_type': 'Full' };
    expect(keyOf(full)['live_preview']).toBe('Full');
    expect(keyOf({ ...full, 'opts:live_previews_enable': 'False' })['live_preview']).toBe('light');
  });

  test('has channels-last weights only where they are asked for, so that set-ups of before keep their keys', () => {
    expect(keyOf({ 'flags:opt_channelslast': 'True' })['opt_channelslast']).toBe('True');
    expect(keyOf({ 'flags:opt_channelslast': 'False' })).toEqual(keyOf({}));
  });

  test('has medvram for SDXL alone only where an SDXL is loaded', () => {
    expect(keyOf({ 'flags:medvram_sdxl': 'True' })['vram_mode']).toBe('none');
    expect(keyOf({ 'flags:medvram_sdxl': 'True', 'model:is_sdxl': 'True' })['vram_mode']).toBe('medvram');
  });
});

test('a checkpoint without a name is not taken for none', () => {
  const report = reportNamed('A1111 with sdp');
  const facts = Object.fromEntries(Object.entries(report.facts).filter(([name]) => !name.includes('checkpoint_info')));
  expect(readReport({ ...report, facts }).environment.checkpoint).toBe('unknown');
});
