// Keys of the type `time`, which datajoint-python itself can insert, but neither populate nor restrict by: it writes them
// into SQL without quotes. Through the bridge a make() gets them, and needs only to do without such a restriction.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const pipeline = `
import os
import datajoint as dj

dj.config["database.use_tls"] = False
if os.environ.get("DJ_PORT"):
    dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("times")

@schema
class Moment(dj.Manual):
    definition = "t : time"

@schema
class Seen(dj.Computed):
    definition = """
    -> Moment
    ---
    value : varchar(80)
    """

    def make(self, key):
        self.insert1(dict(key, value="{} {}".format(type(key["t"]).__name__, key["t"].total_seconds())))

@schema
class Restricted(dj.Computed):
    definition = "-> Moment"

    def make(self, key):
        assert len(Moment & key) == 1
        self.insert1(key)
`;

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`keys with a time, on datajoint-python ${version}`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('arrive as Python has them, from the queue and directly', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'times.py': pipeline });
      const { table } = await lab.open('Seen');
      await place.server.sql("INSERT INTO times.moment VALUES ('00:00:00'), ('01:02:03'), ('-10:00:00'), ('838:59:59')");
      const values = ['timedelta -36000.0', 'timedelta 0.0', 'timedelta 3723.0', 'timedelta 3020399.0'];
      for (const reserveJobs of [true, false]) {
        const { successCount, errorList } = await table.populate({ reserveJobs, suppressErrors: true });
        assert.deepEqual([successCount, errorList], [4, []]);
        assert.deepEqual((await place.server.sql('SELECT value FROM times.__seen ORDER BY t')).split('\n'), values);
        await place.server.sql('DELETE FROM times.__seen');
      }
    });

    it('a make() that restricts by them records what the server says of the statement of datajoint', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'times.py': pipeline });
      const { table } = await lab.open('Restricted');
      await place.server.sql("INSERT IGNORE INTO times.moment VALUES ('01:02:03')");
      const { errorList } = await table.populate("t = '01:02:03'", { reserveJobs: true, suppressErrors: true });
      assert.deepEqual(errorList.map(([key]) => key), [{ t: '01:02:03' }]);
      assert.match(String(errorList[0]?.[1]), /You have an error in your SQL syntax/);
    });
  });
}
