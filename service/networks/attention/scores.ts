/**
 * What attention keeps of its score matrices, and of their softmax: nothing (sdp, xformers; sdp's keeps those of the
 * autoencoder whole), those of all heads at once, those of two heads at a time (V1), of all heads for 1024 queries at a
 * time (sub-quadratic), for as many queries as fit the memory that is free (Doggettx), or for as many heads (InvokeAI).
 */
export type Scores = 'fused' | 'xformers' | 'whole' | 'pairs' | 'chunks' | 'slices' | 'slices-of-heads';

/** Whether work is cut up by how much memory is free. */
export function slicesToFit(scores: Scores): boolean {
  return scores === 'slices' || scores === 'slices-of-heads';
}
