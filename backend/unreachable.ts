/** Why a connection did not come about, of the few causes that a person can do something about. */
export type Unreachable = 'refused' | 'unknown-name' | 'no-way';

/** What the code of a socket's error (Node, undici) says of it; undefined for any other. */
export function unreachable(code: string | undefined): Unreachable | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown-name';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'no-way';
    default:
      return undefined;
  }
}

/** The same as the end of a sentence about "it". */
export const WHY_UNREACHABLE: Readonly<Record<Unreachable, string>> = {
  refused: 'nothing listens there',
  'unknown-name': 'its name is not known',
  'no-way': 'there is no way to it',
};
