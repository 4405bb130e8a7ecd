import type { Plugin } from 'esbuild';

export const leanMysql: Plugin;
