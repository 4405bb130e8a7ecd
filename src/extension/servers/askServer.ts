import { addressOf, type ServerInput } from '../connections';
import { askSteps, askText, pickStep, type Question, type Step } from '../host';
import { authorityProblem, hostProblem, portProblem, splitHost, userProblem } from './checks';

const totalSteps = 6;

/** The ways of TLS, under the names that MySQL's own client has for them (`--ssl-mode`). */
interface TlsMode {
  readonly label: string;
  readonly description: string;
  readonly tls: ServerInput['tls'];
  /** Whether the certificate must be for the name of the host; null where nothing is checked. */
  readonly checkHost: boolean | null;
}

const tlsModes: readonly TlsMode[] = [
  { label: 'Preferred', description: 'encrypted where the server can; nothing checks which server answers', tls: null, checkHost: null },
  { label: 'Required', description: 'encrypted or refused; nothing checks which server answers', tls: true, checkHost: null },
  { label: 'Verify CA', description: 'encrypted, and the certificate is signed by an authority that you name', tls: true, checkHost: false },
  { label: 'Verify Identity', description: 'the same, and the certificate is for this host', tls: true, checkHost: true },
  { label: 'Disabled', description: 'never encrypted', tls: false, checkHost: null },
];

const modeOf = ({ tls, certificate }: ServerInput): TlsMode | undefined =>
  tlsModes.find((mode) => mode.tls === tls && mode.checkHost === (certificate?.checkHost ?? null));

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

/** The way of TLS, and the authority's certificate where that is to check the server's. */
async function askTls(title: string, input: ServerInput): Promise<ServerInput | 'back' | 'cancel'> {
  const place = { title, step: 5, totalSteps };
  const now = modeOf(input);
  const choices = tlsModes.map((value) => ({ label: value.label, description: value.description, value }));
  const picked = await pickStep({ ...place, placeholder: 'TLS', choices, chosen: now === undefined ? [] : [now] });
  if (typeof picked === 'string') return picked;
  const { tls, checkHost } = picked.value;
  const { certificate, ...rest } = input;
  if (checkHost === null) return { ...rest, tls };
  const answer = await askText({
    ...place,
    prompt: 'Certificate of the authority: the path of a PEM file. For Amazon RDS it is the bundle of your region.',
    placeholder: '/home/me/global-bundle.pem',
    value: certificate?.authority ?? '',
    problem: authorityProblem,
  });
  if (answer === 'back') return await askTls(title, { ...input, tls });
  return answer === 'cancel' ? answer : { ...rest, tls, certificate: { authority: answer.value, checkHost } };
}
