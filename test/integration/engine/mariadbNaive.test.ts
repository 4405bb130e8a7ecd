import { mariadb } from './mariadb';
import { naiveEvaluation } from './naiveEvaluation';

naiveEvaluation('MariaDB', mariadb());
