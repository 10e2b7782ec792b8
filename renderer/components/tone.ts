/** What a state means for the person: `good` goes on, `warm` wants attention, `bad` was refused or cut, `quiet` is over. */
export type Tone = 'good' | 'warm' | 'bad' | 'quiet' | 'accent';
