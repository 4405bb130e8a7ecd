// datajoint-python in a process of its own that evaluates expressions.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { aggregateText, computationText, type Condition, conditionText, type Expression, isText, texts } from '../integration/engine/naive/expression';

/** What becomes of an expression: its rows and what len() says of it (an error where that fails), or its error. */
export type Answer =
  | { readonly key: readonly string[]; readonly names: readonly string[]; readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly length: number | string }
  | { readonly error: string };

function conditionFor(condition: Condition): unknown {
  if (condition.kind === 'true') return true;
  if (isText(condition)) return conditionText(condition);
  switch (condition.kind) {
    case 'equal':
      return { equal: condition.values };
    case 'any':
    case 'all':
      return { [condition.kind]: condition.items.map(conditionFor) };
    case 'not':
      return { not: conditionFor(condition.item) };
    case 'in':
      return { in: expressionFor(condition.expression) };
  }
}

/** The expression as evaluate.py reads it: conditions and computations are texts. */
export function expressionFor(expression: Expression): unknown {
  switch (expression.op) {
    case 'table':
      return expression;
    case 'restrict':
    case 'exclude':
      return { ...expression, input: expressionFor(expression.input), condition: conditionFor(expression.condition) };
    case 'proj':
      return { ...expression, input: expressionFor(expression.input), named: texts(expression.named, computationText) };
    case 'join':
    case 'extend':
    case 'union':
      return { ...expression, left: expressionFor(expression.left), right: expressionFor(expression.right) };
    case 'aggr': {
      const { by, members, named } = expression;
      return { ...expression, by: expressionFor(by), members: expressionFor(members), named: texts(named, aggregateText) };
    }
    case 'U':
      return { ...expression, input: expressionFor(expression.input) };
    case 'U.aggr':
      return { ...expression, members: expressionFor(expression.members), named: texts(expression.named, aggregateText) };
    case 'top':
      return { ...expression, input: expressionFor(expression.input), orderBy: expression.descending ? 'KEY DESC' : 'KEY' };
  }
}

/** A running datajoint-python that reads the tables of one schema. */
export class Peer {
  private constructor(
    readonly version: string,
    private readonly ask: (line: unknown) => Promise<unknown>,
    readonly close: () => Promise<void>,
  ) {}

  static async start(interpreter: string, variables: Readonly<Record<string, string>>, schema: string): Promise<Peer> {
    const child = spawn(interpreter, ['-W', 'ignore', path.join(__dirname, 'evaluate.py')], {
      env: { ...process.env, ...variables },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (line: unknown): Promise<unknown> => {
      child.stdin.write(`${JSON.stringify(line)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('datajoint-python ended');
      return JSON.parse(value) as unknown;
    };
    const close = async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    };
    const { version } = (await ask({ schema })) as { version: string };
    return new Peer(version, ask, close);
  }

  async evaluate(expression: unknown): Promise<Answer> {
    return (await this.ask({ expression })) as Answer;
  }
}
