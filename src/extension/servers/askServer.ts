import { addressOf, type ServerInput } from '../connections';
import { askSteps, askText, pickStep, type Question, type Step } from '../host';
import { hostProblem, portProblem, splitHost, userProblem } from './checks';

const totalSteps = 6;

const tlsChoices: readonly { label: string; description: string; value: ServerInput['tls'] }[] = [
  { label: 'Preferred', description: 'encrypted where the server can; nothing checks which server answers', value: null },
  { label: 'Required', description: 'encrypted or refused; nothing checks which server answers', value: true },
  { label: 'Disabled', description: 'never encrypted', value: false },
];

/** What the questions start with. */
export const newServer: ServerInput = { name: '', host: '', port: 3306, user: '', password: '', tls: null };

/** Asks for everything that a connection needs, in steps with a way back. Undefined when the person leaves. */
export function askServer(title: string, start: ServerInput, known: boolean): Promise<ServerInput | undefined> {
  const line = (
    step: number,
    question: (input: ServerInput) => Omit<Question, 'title' | 'step' | 'totalSteps'>,
    take: (input: ServerInput, value: string) => ServerInput,
  ): Step<ServerInput> => {
    return async (input) => {
      const answer = await askText({ title, step, totalSteps, ...question(input) });
      return typeof answer === 'object' ? take(input, answer.value) : answer;
    };
  };
  return askSteps<ServerInput>(
    [
      line(
        1,
        ({ host }) => ({ prompt: 'Host of the MySQL or MariaDB server', placeholder: 'db.example.org', value: host, problem: hostProblem }),
        (input, value) => ({ ...input, ...splitHost(value, input.port) }),
      ),
      line(
        2,
        ({ port }) => ({ prompt: 'Port', value: String(port), problem: portProblem }),
        (input, value) => ({ ...input, port: Number(value) }),
      ),
      line(
        3,
        ({ user }) => ({ prompt: 'User', value: user, problem: userProblem }),
        (input, user) => ({ ...input, user }),
      ),
      line(
        4,
        (input) => ({
          prompt: `Password of ${input.user}. It is kept in the editor's secret storage.`,
          placeholder: known || input.password !== '' ? 'leave empty to keep the one that is known' : 'leave empty for none',
          value: '',
          password: true,
        }),
        (input, password) => (password === '' ? input : { ...input, password }),
      ),
      (input) => askTls(title, input),
      line(
        6,
        (input) => ({ prompt: 'Name of the connection. Leave empty for its address.', placeholder: addressOf(input), value: input.name }),
        (input, name) => ({ ...input, name }),
      ),
    ],
    start,
  );
}

async function askTls(title: string, input: ServerInput): Promise<ServerInput | 'back' | 'cancel'> {
  const picked = await pickStep({ title, step: 5, totalSteps, placeholder: 'TLS', choices: tlsChoices, chosen: [input.tls] });
  return typeof picked === 'string' ? picked : { ...input, tls: picked.value };
}
