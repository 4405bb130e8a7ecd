import type { ExpressionToken } from '../../expression';
import type { ColumnType } from '../../model';

/** A value in an expression. `type` is known of bare attributes and of moments, `literal` of bare literals. */
export interface Operand {
  readonly sql: string;
  readonly type: ColumnType | null;
  readonly literal: Extract<ExpressionToken, { kind: 'text' | 'hex' }> | null;
}

export const plain = (sql: string): Operand => ({ sql, type: null, literal: null });
