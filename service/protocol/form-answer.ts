/**
 * What the forms of `serve --standalone` are answered, in words. `table`: lines that stand below each other as they
 * are.
 */
export interface FormAnswer {
  readonly ok: boolean;
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly table: readonly string[];
}
