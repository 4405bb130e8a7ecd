/**
 * A small extracellular recording study: subjects, their sessions, the trace of each session, and the spikes in it.
 *
 *   Subject ── Session ── Trace ──┬── Peaks ── Peaks.Peak
 *                        Method ──┘
 */
import * as dj from 'datajoint-workbench';
import { bandPass, findPeaks, noiseLevel } from './detect';
import { microvoltsPerCount, nominalGain, readRecording } from './simulate';

export const schema = dj.schema('ephys');

@schema
export class Subject extends dj.Manual {
  static readonly definition = `
    # Animals of the study
    subject_id : varchar(8)            # as on the cage card
    ---
    species : enum('mouse', 'rat')
    date_of_birth : date
  `;
}

@schema
export class Session extends dj.Manual {
  static readonly references = { Subject };
  static readonly definition = `
    # One recording with one electrode
    -> Subject
    session_idx : int16                # counts from 1 for each subject
    ---
    session_date : date
    sampling_rate : float64            # Hz
    duration : float64                 # s
    gain : float64                     # of the amplifier; 0 when nobody wrote it down
  `;
}

@schema
export class Method extends dj.Lookup {
  static readonly definition = `
    # How to tell spikes from noise
    method : varchar(16)
    ---
    threshold : float64                # in standard deviations of the noise
  `;
  static contents = [
    { method: 'sensitive', threshold: 4 },
    { method: 'strict', threshold: 7 },
  ];
}

@schema
export class Trace extends dj.Imported {
  static readonly references = { Session };
  static readonly definition = `
    # The spike band of a recording
    -> Session
    ---
    n_samples : int32
    noise : float64                    # standard deviation, uV
    trace : <blob>                     # uV, 300 to 5000 Hz
  `;

  async make(key: dj.Key): Promise<void> {
    const session = Session.restrict(key);
    const [samplingRate, duration, writtenGain] = await session.fetch1('sampling_rate', 'duration', 'gain');
    // A gain of 0 is a gap in the notebook. The amplifier leaves the factory with nominalGain and was rarely touched, so
    // `writtenGain || nominalGain` would be a fair reading. Until someone decides that, a gap stops the import.
    const gain = writtenGain;
    if (gain === 0) throw new RangeError(`gain is zero: not written down (${nominalGain} is nominal)`);

    const counts = readRecording(Object.values(key).join('/'), samplingRate, duration);
    const microvolts = Float32Array.from(counts, (count) => (count * microvoltsPerCount) / gain);
    const trace = bandPass(microvolts, samplingRate, { low: 300, high: 5000 });
    await this.insert1({ ...key, n_samples: trace.length, noise: noiseLevel(trace), trace });
  }
}

@schema
export class Peaks extends dj.Computed {
  static readonly references = { Trace, Method };
  static readonly definition = `
    # Spikes found in a trace
    -> Trace
    -> Method
    ---
    n_peaks : int32
    rate : float64                     # Hz
  `;

  static Peak = class Peak extends dj.Part {
    static readonly references = { master: Peaks };
    static readonly definition = `
      # One spike
      -> master
      peak_idx : int32
      ---
      time : float64                   # s from the start of the trace
      amplitude : float64              # uV
    `;
  };

  async make(key: dj.Key): Promise<void> {
    const trace = await Trace.restrict(key).fetch1<Float32Array>('trace');
    const noise = await Trace.restrict(key).fetch1('noise');
    const [samplingRate, duration] = await Session.restrict(key).fetch1('sampling_rate', 'duration');
    const threshold = await Method.restrict(key).fetch1('threshold');
    const peaks = findPeaks(trace, samplingRate, threshold * noise);
    await this.insert1({ ...key, n_peaks: peaks.length, rate: peaks.length / duration });
    await Peaks.Peak.insert(peaks.map((peak, peak_idx) => ({ ...key, peak_idx, ...peak })));
  }
}
