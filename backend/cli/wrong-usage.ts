/** The command line is not understood. One sentence, which says what to write instead; the exit status is 2. */
export class WrongUsage extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'WrongUsage';
  }
}
