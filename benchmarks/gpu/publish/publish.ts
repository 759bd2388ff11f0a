export function publish(_out: string, _root: string): number { return 0; }
