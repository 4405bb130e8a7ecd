// What `npm test` is asked to do.
import { serverNamed, servers, usualServers } from './servers/catalogue.mjs';

export const usage = 'Usage: npm test [-- STAGE…] [--only STAGE,STAGE] [--servers all|NAME,NAME]';

/**
 * @param {readonly string[]} args
 * @param {readonly string[]} stageNames
 * @returns {{stages: string[], servers: string[]}} no stages mean all
 * @throws Error for arguments that make no sense
 */
export function readArguments(args, stageNames) {
  const stages = [];
  let chosen = usualServers;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '--only') stages.push(...listAfter(args, (index += 1)));
    else if (arg === '--servers') chosen = listAfter(args, (index += 1));
    else if (arg.startsWith('-')) throw new Error(`There is no option ${arg}.`);
    else stages.push(arg);
  }
  const unknown = stages.filter((name) => !stageNames.includes(name));
  if (unknown.length > 0) throw new Error(`No stage is called ${unknown.join(', ')}: there are ${stageNames.join(', ')}.`);
  if (chosen.length === 1 && chosen[0] === 'all') chosen = servers.map(({ name }) => name);
  return { stages, servers: [...new Set(chosen)].map((name) => serverNamed(name).name) };
}

function listAfter(args, index) {
  const names = (args[index] ?? '').split(',').filter((name) => name !== '');
  if (names.length === 0) throw new Error(`${args[index - 1]} needs names.`);
  return names;
}
