import { EVERYTHING, type Host } from './host.ts';

/** Headroom's own program of benchmarks/gpu, which runs the networks without a WebUI. */
export const CAPTURE: Host = {
  name: "Headroom's GPU capture",
  is: ({ program }) => program.includes('gpu_capture'),
  abilities: () => EVERYTHING,
};
