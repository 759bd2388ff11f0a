/** What people post in public names nobody, and what others have named cannot act on a terminal. */
import { homedir, userInfo } from 'node:os';

export interface Person {
  readonly home: string;
  readonly user: string;
}

export function personHere(): Person {
  try {
    return { home: homedir(), user: userInfo().username };
  } catch {
    // A user id without an entry, as in some containers.
    return { home: homedir(), user: '' };
  }
}

/** `~` for the person's home folder, and `USER` for their name where it is a folder elsewhere. */
export function withoutPerson(text: string, { home, user }: Person): string {
  const folder = home.replace(/[/\\]$/, '');
  const homeless = folder !== '' ? text.replaceAll(new RegExp(`${RegExp.escape(folder)}(?![\\w.-])`, 'g'), '~') : text;
  return user === ''
    ? homeless
    : homeless.replaceAll(new RegExp(`(?<=[/\\\\])${RegExp.escape(user)}(?![\\w.-])`, 'g'), 'USER');
}

/** A name in a line of ours: a line's end in it would begin one that looks like ours. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/[\t\r\n\u2028\u2029]+/g, ' '));
}

/**
 * Escape sequences of a checkpoint's or a file's name would move the cursor, clear the screen or fake a line; marks of
 * direction turn one around.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Bidi_Control}/gu, '?');
}
