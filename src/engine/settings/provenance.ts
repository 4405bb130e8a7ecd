import type { Sources } from './sources';

/** The `provenance.*` settings of datajoint-python 2.3.4 (settings.ProvenanceSettings). */
export interface ProvenanceSettings {
  /** New Manual tables get a hidden attribute `_prov`, and inserts record in it where a row came from. */
  readonly capture: boolean;
  /** What is recorded of the source outside, by deployment: `{ "system": "…" }`. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** Each from the file, `DJ_PROVENANCE` (an object as JSON) or `DJ_PROVENANCE_*`; as for `jobs`, the file wins. */
export function provenanceSettings({ environment, file }: Sources): ProvenanceSettings {
  const together = environment.object('DJ_PROVENANCE');
  const inFile = file.object('provenance.source');
  const sources = [inFile, together.object('source'), environment.object('DJ_PROVENANCE_SOURCE')];
  const source = sources.map((each) => Object.fromEntries(each.entries())).find((each) => Object.keys(each).length > 0);
  return {
    capture: file.flag('provenance.capture') ?? together.flag('capture') ?? environment.flag('DJ_PROVENANCE_CAPTURE') ?? false,
    source: source ?? {},
  };
}
