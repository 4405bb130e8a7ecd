/** Signal processing: from a wide-band trace to spike times. Plain functions that know no database. */

/** Hz. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

export interface Peak {
  /** Seconds from the start of the trace. */
  readonly time: number;
  /** In the unit of the trace: negative. */
  readonly amplitude: number;
}

/**
 * Keeps what lies in a band of frequencies, without shifting anything in time.
 * A windowed-sinc filter of 601 taps: at 25 kHz its edges are about 140 Hz wide, narrow enough to cut the field potentials
 * off below the band of the spikes.
 */
export function bandPass(signal: Float32Array, samplingRate: number, band: Band): Float32Array {
  const taps = bandPassTaps(601, band.low / samplingRate, band.high / samplingRate);
  const half = (taps.length - 1) / 2;
  // The edges are held, not padded with zeros, so that the trace does not begin with a step.
  const padded = new Float32Array(signal.length + 2 * half);
  padded.fill(signal[0], 0, half);
  padded.set(signal, half);
  padded.fill(signal[signal.length - 1], half + signal.length);
  return signal.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < taps.length; k++) sum += taps[k] * padded[i + k];
    return sum;
  });
}

/** The difference of two low-pass filters, under a Hamming window. Frequencies are fractions of the sampling rate. */
function bandPassTaps(count: number, low: number, high: number): Float64Array {
  const middle = (count - 1) / 2;
  return Float64Array.from({ length: count }, (_, k) => {
    const t = k - middle;
    const ideal =
      t === 0 ? 2 * (high - low) : (Math.sin(2 * Math.PI * high * t) - Math.sin(2 * Math.PI * low * t)) / (Math.PI * t);
    return ideal * (0.54 - 0.46 * Math.cos((2 * Math.PI * k) / (count - 1)));
  });
}

/**
 * The standard deviation of the noise, from the median of the absolute values, which the spikes themselves hardly move
 * (Quian Quiroga et al. 2004).
 */
export function noiseLevel(trace: Float32Array): number {
  const sorted = trace.map(Math.abs).sort();
  return sorted[Math.floor(sorted.length / 2)] / 0.6745;
}

/**
 * The troughs below `-threshold`: of each stretch, the lowest point.
 * @param deadTime seconds after a crossing that count as the same spike
 */
export function findPeaks(trace: Float32Array, samplingRate: number, threshold: number, deadTime = 0.001): Peak[] {
  const peaks: Peak[] = [];
  const wait = Math.round(deadTime * samplingRate);
  for (let i = 0; i < trace.length; i++) {
    if (trace[i] > -threshold) continue;
    const stretch = trace.subarray(i, i + wait);
    const amplitude = Math.min(...stretch);
    peaks.push({ time: (i + stretch.indexOf(amplitude)) / samplingRate, amplitude });
    i += wait;
  }
  return peaks;
}
