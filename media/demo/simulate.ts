/**
 * Stands in for the acquisition computer: it hands out the recording of a session as a file on disk would, as raw counts
 * of the amplifier's converter. The same session always gives the same recording.
 */

/** The amplifier's converter: microvolts at its input for one count, before the gain in front of it. */
export const microvoltsPerCount = 37.4;
/** The gain that the amplifier has when it leaves the factory; in this study nobody ever turned the knob. */
export const nominalGain = 192;

/**
 * One extracellular channel: two neurons nearby, slow field potentials, the hum of the mains, and noise.
 * @param name of the session, such as `c3/2`: decides the recording
 * @param samplingRate Hz
 * @param duration seconds
 * @returns counts of the converter
 */
export function readRecording(name: string, samplingRate: number, duration: number): Int16Array {
  const random = seededRandom(name);
  const microvolts = new Float32Array(Math.round(samplingRate * duration));
  addBackground(microvolts, samplingRate, random);
  addNeuron(microvolts, samplingRate, 4 + 8 * random(), 90 + 60 * random(), random);
  addNeuron(microvolts, samplingRate, 1 + 3 * random(), 45 + 25 * random(), random);
  return Int16Array.from(microvolts, (value) => Math.round((value * nominalGain) / microvoltsPerCount));
}

function addBackground(signal: Float32Array, samplingRate: number, random: () => number): void {
  const step = (2 * Math.PI) / samplingRate;
  for (let i = 0; i < signal.length; i++) {
    const fieldPotential = 120 * Math.sin(6 * step * i) + 60 * Math.sin(23 * step * i + 1);
    const hum = 25 * Math.sin(50 * step * i);
    signal[i] = fieldPotential + hum + 9 * gaussian(random);
  }
}

/** Adds the spikes of one neuron: a Poisson train with a refractory period, each spike a trough and a slow return. */
function addNeuron(
  signal: Float32Array,
  samplingRate: number,
  rate: number,
  amplitude: number,
  random: () => number,
): void {
  const refractory = 0.002;
  const length = Math.round(0.002 * samplingRate);
  for (let time = 0; ;) {
    time += refractory - Math.log(1 - random()) / rate;
    const start = Math.round(time * samplingRate);
    if (start + length > signal.length) return;
    const size = amplitude * (0.9 + 0.2 * random());
    for (let i = 0; i < length; i++) {
      const ms = (1000 * i) / samplingRate;
      const peak = Math.exp(-(((ms - 0.4) / 0.12) ** 2));
      const after = Math.exp(-(((ms - 0.95) / 0.35) ** 2));
      signal[start + i] += size * (0.35 * after - peak);
    }
  }
}

/** A normal deviate (Box and Muller). */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Uniform numbers in [0, 1) that depend on the seed alone (xorshift). */
function seededRandom(seed: string): () => number {
  let state = 2166136261;
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16777619);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
