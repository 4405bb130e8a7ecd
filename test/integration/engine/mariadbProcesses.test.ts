import { mariadb } from './mariadb';
import { killing } from './killing';
import { processes } from './processes';
import { workerLife } from './workerLife';

processes('MariaDB', mariadb());
killing('MariaDB', mariadb());
workerLife('MariaDB', mariadb());
