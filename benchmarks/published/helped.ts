/** What helped the person, where the report says so: by its case, in the codes of remedies. */
export interface Helped {
  readonly words: string;
  readonly codes: readonly string[];
}

export const HELPED: Readonly<Record<string, Helped>> = {
  c03: { words: 'twice the size is the most', codes: ['smaller-hires'] },
  c07: { words: "cuDNN's benchmark off", codes: ['cudnn-benchmark'] },
  c11: { words: 'a smaller picture, or a card of 12 GB', codes: ['smaller-size'] },
  c19: { words: 'the autoencoder in 16 bits (case c33)', codes: ['half-vae'] },
};
