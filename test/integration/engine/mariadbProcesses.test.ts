import { mariadb } from './mariadb';
import { killing } from './killing';
import { processes } from './processes';

processes('MariaDB', mariadb());
killing('MariaDB', mariadb());
