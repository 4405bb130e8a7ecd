import { askSteps, askText, pickMany } from '../host';
import { maxCallsProblem, type PopulateOptions, restrictionProblem } from './options';

/** Asks in three steps, with a way back. Undefined when the person leaves. */
export function askOptions(table: string, start: PopulateOptions): Promise<PopulateOptions | undefined> {
  const title = `Populate ${table}`;
  return askSteps<PopulateOptions>(
    [
      (options) => askSwitches(title, options),
      (options) => askMaxCalls(title, options),
      (options) => askRestriction(title, options),
    ],
    start,
  );
}

type Switch = 'reserveJobs' | 'suppressErrors';

const switches: readonly { label: string; description: string; value: Switch }[] = [
  { label: 'Reserve jobs', description: 'share the work with other workers, and record errors with their stacks', value: 'reserveJobs' },
  { label: 'Suppress errors', description: 'go on with the next key when one fails', value: 'suppressErrors' },
];

async function askSwitches(title: string, options: PopulateOptions): Promise<PopulateOptions | 'back' | 'cancel'> {
  const chosen = switches.map(({ value }) => value).filter((name) => options[name]);
  const picked = await pickMany({ title, step: 1, totalSteps: 3, placeholder: 'How to run', choices: switches, chosen });
  if (typeof picked === 'string') return picked;
  return { ...options, reserveJobs: picked.includes('reserveJobs'), suppressErrors: picked.includes('suppressErrors') };
}

async function askMaxCalls(title: string, options: PopulateOptions): Promise<PopulateOptions | 'back' | 'cancel'> {
  const text = await askText({
    title,
    step: 2,
    totalSteps: 3,
    prompt: 'At most how many keys? Leave empty for all.',
    value: options.maxCalls === null ? '' : String(options.maxCalls),
    problem: maxCallsProblem,
  });
  if (typeof text !== 'object') return text;
  return { ...options, maxCalls: text.value === '' ? null : Number(text.value) };
}

async function askRestriction(title: string, options: PopulateOptions): Promise<PopulateOptions | 'back' | 'cancel'> {
  const text = await askText({
    title,
    step: 3,
    totalSteps: 3,
    prompt: 'Only which keys? A condition such as subject_id = "c3", or JSON. Leave empty for all.',
    value: options.restriction,
    problem: restrictionProblem,
  });
  return typeof text === 'object' ? { ...options, restriction: text.value } : text;
}
