/** The questions of Add Connection and Edit Connection. */
import { until } from '../harness/until';
import type { Workbench } from '../harness/workbench';

/** Waits for a question and answers it; null: with what stands there. */
export async function answer(workbench: Workbench, question: RegExp, text: string | null): Promise<void> {
  await until(`the question ${String(question)}`, async () => question.test(await workbench.quickInput.prompt()));
  if (text === null) await workbench.page.keyboard.press('Enter');
  else await workbench.answerInput(text);
}

export interface ServerAnswers {
  readonly host: string | null;
  readonly port: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly tls: string;
  /** The file of the authority's certificate, where TLS asks for one. */
  readonly authority?: string;
  readonly name: string | null;
}

export async function answerServer(workbench: Workbench, answers: ServerAnswers): Promise<void> {
  await answer(workbench, /Host of the MySQL/, answers.host);
  await answer(workbench, /Port/, answers.port);
  await answer(workbench, /User/, answers.user);
  await answer(workbench, /Password of/, answers.password);
  await until('TLS is asked for', async () => (await workbench.quickInput.labels()).includes('Preferred'));
  await workbench.pickQuick(answers.tls);
  if (answers.authority !== undefined) await answer(workbench, /Certificate of the authority/, answers.authority);
  await answer(workbench, /Name of the connection/, answers.name);
}
