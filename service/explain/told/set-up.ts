/** The set-up that a text tells of. What it does not tell for sure is null: nothing is guessed by a checkpoint's name. */
import type { DescribedSetUp } from '../../hosts/described.ts';
import { FAMILIES, FAMILY_NAMES, type Family } from '../../networks/families/registry.ts';
import { flagsIn } from './command-line.ts';

type Bits = 16 | 32;

export interface ToldSetUp {
  /** `other`: of networks that are not known. */
  readonly family: Family | 'other' | null;
  /** As the WebUI names it. */
  readonly attention: string | null;
  /** null where the text does not tell how the WebUI was started. */
  readonly started: Started | null;
  readonly cardName: string | null;
  readonly torch: string | null;
  readonly webuiVersion: string | null;
  /** Another program, or something that changes what is computed and is not replayed. */
  readonly isOther: boolean;
}

/** What flags decide. */
export interface Started extends Pick<DescribedSetUp, 'unetBits' | 'vaeBits'> {
  readonly vramMode: DescribedSetUp['vramMode'];
  /** Of which family alone --medvram is; null: of all. */
  readonly medvramOf: Family | null;
  /** What the WebUI takes by these flags; null where none names one, and it chooses itself. */
  readonly attention: string | null;
}

/** @param plain up to the error, and what follows it. */
export function setUpIn(plain: string, here: number): ToldSetUp {
  const before = plain.slice(0, here);
  const flags = flagsIn(plain);
  return {
    family: familyIn(before) ?? familyIn(plain),
    attention: attentionIn(before) ?? attentionIn(plain),
    started: flags === null ? null : startedWith(flags),
    cardName: lastOf(plain, /\bNVIDIA (?:GeForce|Quadro|TITAN|RTX|Tesla|[AHLT]\d)[^\n,;:()[\]"']{0,40}/g),
    torch: lastOf(plain, /\btorch: ?(\d\.\d{1,2}\.\d{1,2})/g),
    webuiVersion: lastOf(plain, /\bversion: ?(v1\.\d{1,2}\.\d{1,2})\b/gi),
    isOther: OTHER_PROGRAMS.test(plain) || (flags !== null && isOtherwise(flags)),
  };
}

/** Their memory goes other ways, also where their files are named as this WebUI's. */
const OTHER_PROGRAMS =
  /modules_forge|ldm_patched|\bcomfy(?:ui)?[\\/]|fooocus|site-packages[\\/]diffusers[\\/]|Version: f\d|zluda|directml|sd-webui-forge|amdgpu/i;
const NOT_REPLAYED =
  /^--(?:upcast-sampling|opt-channelslast|use-cpu|use-ipex|use-directml|opt-sdp-no-mem-attention|always-batch-cond-uncond)$/;

/** Full precision is as --no-half has it, where that is there too. */
function isOtherwise(flags: readonly string[]): boolean {
  return (
    flags.some((flag) => NOT_REPLAYED.test(flag)) || (flags.includes('--precision') && !flags.includes('--no-half'))
  );
}

const CONFIG = /Creating model from config:[^\n]{0,400}?[\\/ ]([\w-]{1,60})\.yaml/g;
const CHECKPOINTS = [
  /Loading weights \[\w{1,64}\] from [^\n]{0,400}?([^\\/\n]{1,120})\.(?:safetensors|ckpt)/g,
  /(?:^|, ?|\n)[ \t]{0,8}Model: ?"?([^,"\n]{1,120})/g,
];

/** By the configuration that was loaded last, else by an official name. */
function familyIn(text: string): ToldSetUp['family'] {
  const config = lastOf(text, CONFIG);
  if (config !== null) return FAMILY_NAMES.find((family) => FAMILIES[family].webui.config.test(config)) ?? 'other';
  for (const pattern of CHECKPOINTS) {
    const name = lastOf(text, pattern)?.trim() ?? '';
    const family = FAMILY_NAMES.find((one) => FAMILIES[one].webui.official.test(name));
    if (family !== undefined) return family;
  }
  return null;
}

/** What the WebUI printed when it took one, by its versions. */
const APPLIED: readonly (readonly [RegExp, string])[] = [
  [/^xformers/i, 'xformers'],
  [/^sdp-no-mem|^scaled dot product without memory efficient/i, 'sdp-no-mem'],
  [/^sdp|^scaled dot product/i, 'sdp'],
  [/^sub-quadratic/i, 'sub-quadratic'],
  [/^invokeai|\(InvokeAI\)/i, 'InvokeAI'],
  [/^V1|^v1 cross/i, 'V1'],
  [/^Doggettx|\(Doggettx\)/i, 'Doggettx'],
  [/^none\b/i, 'None'],
];

function attentionIn(text: string): string | null {
  const said =
    lastOf(text, /Applying (?:attention )?optimization: ?([^\n]{1,60})/g) ??
    lastOf(text, /Applying ((?:[\w -]{1,60} )?cross attention optimization[^\n]{0,20})/g);
  return APPLIED.find(([name]) => name.test(said ?? ''))?.[1] ?? null;
}

/** As the WebUI goes through them: the first that is there counts. */
const BY_FLAG: readonly (readonly [RegExp, string])[] = [
  [/^--disable-opt-split-attention$/, 'None'],
  [/^--(?:force-enable-)?xformers$/, 'xformers'],
  [/^--opt-split-attention$/, 'Doggettx'],
  [/^--opt-sdp-attention$/, 'sdp'],
  [/^--opt-sub-quad-attention$/, 'sub-quadratic'],
  [/^--opt-split-attention-v1$/, 'V1'],
  [/^--opt-split-attention-invokeai$/, 'InvokeAI'],
];

function startedWith(flags: readonly string[]): Started {
  const has = (flag: string): boolean => flags.includes(flag);
  const attention = BY_FLAG.find(([flag]) => flags.some((one) => flag.test(one)))?.[1] ?? null;
  const half = has('--no-half') ? 32 : 16;
  const widths = { unetBits: half, vaeBits: has('--no-half-vae') ? 32 : half } as const satisfies Record<string, Bits>;
  const ofFamily = Object.entries(FAMILIES).find(
    ([, { webui }]) => webui.medvram !== null && has(`--${webui.medvram.replaceAll('_', '-')}`),
  )?.[0] as Family | undefined;
  const vramMode = has('--lowvram') ? 'lowvram' : has('--medvram') || ofFamily !== undefined ? 'medvram' : 'none';
  const medvramOf = vramMode === 'medvram' && !has('--medvram') ? (ofFamily ?? null) : null;
  return { ...widths, vramMode, medvramOf, attention };
}

function lastOf(text: string, pattern: RegExp): string | null {
  const last = [...text.matchAll(pattern)].at(-1);
  return last?.[1] ?? last?.[0] ?? null;
}
