/** Bells closer together are one, ms. */
const APART_MS = 300;

/** Lets a bell through unless another one was just heard: a target must not make noise without end. */
export function bellGate(now: () => number = () => performance.now()): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const at = now();
    const rings = at - last >= APART_MS;
    if (rings) last = at;
    return rings;
  };
}

let audio: AudioContext | undefined;

/** A short, quiet tone. */
export function beep(): void {
  audio ??= new AudioContext();
  const { currentTime } = audio;
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, currentTime + 0.12);
  tone.connect(volume).connect(audio.destination);
  tone.start(currentTime);
  tone.stop(currentTime + 0.12);
}
