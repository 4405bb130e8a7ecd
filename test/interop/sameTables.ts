/** Tables that both sides declare from the very same text. `parts` by class name. */
export interface SharedTable {
  readonly name: string;
  readonly tier: 'Manual' | 'Lookup' | 'Imported' | 'Computed';
  readonly definition: string;
  readonly parts?: Readonly<Record<string, string>>;
}

export const sameTables: readonly SharedTable[] = [
  {
    name: 'Subject',
    tier: 'Manual',
    definition: `
      # the animals, and it's
      subject : varchar(12)  # unique name
      ---
      sex = 'U' : enum('M', 'F', 'U')  # as seen
      born = null : date
      weight : float32  # in "g"
      alive = 1 : bool
      note = "" : varchar(200)
    `,
  },
  {
    name: 'Method',
    tier: 'Lookup',
    definition: `
      method : int16
      ---
      gain = 1.5 : float64
      price = 0.10 : decimal(12,2)
      unique index (gain, price)
    `,
  },
  {
    name: 'Session',
    tier: 'Manual',
    definition: `
      -> Subject
      session : int32
      ---
      started = CURRENT_TIMESTAMP(3) : datetime(3)
      day = CURRENT_TIMESTAMP : datetime
      code : char(4)
      index (day, code)
      index (code)
      index (subject)
    `,
  },
  {
    name: 'Rig',
    tier: 'Manual',
    definition: `
      rig : uuid  # printed on it
      ---
      setup = null : json
      raw = null : bytes
      trace : <blob>  # with a comment
      file = null : <attach>
      far = null : <blob@raw>
    `,
  },
  {
    name: 'Recording',
    tier: 'Imported',
    definition: `
      -> Session
      -> Rig
      ---
      -> [nullable] Method
      rate = 30000 : int64
    `,
  },
  {
    name: 'Pair',
    tier: 'Manual',
    definition: `
      -> Subject.proj(first='subject')
      -> Subject.proj(second='subject')
      ---
      kind : char(2)
      index (kind)
      -> [unique] Rig
      -> [nullable, unique] Session.proj(owner='subject')
    `,
  },
  {
    name: 'SpikeSorting',
    tier: 'Computed',
    definition: `
      # all the units
      -> Recording
      -> Method.proj(sorter='method')
      ---
      quality = null : float64
    `,
    parts: {
      Unit: `
        -> master
        unit : int8
        ---
        spikes : <blob>
        unique index (unit, subject)
      `,
    },
  },
  {
    name: 'Calibration',
    tier: 'Computed',
    definition: `
      -> Rig
      ---
      offset : float32
    `,
  },
  {
    name: 'LabSettings',
    tier: 'Manual',
    definition: `
      # one row
      ---
      rate : float64
      enabled : bool
    `,
  },
  {
    name: 'RigSettings',
    tier: 'Manual',
    definition: `
      # one row as well
      ---
      gain = 1 : float32
      -> [nullable] Rig
    `,
  },
  {
    name: 'Sides',
    tier: 'Manual',
    definition: `
      -> Method.proj(leftMethod='method')
      ---
      sample_rate = 1e3 : smallint unsigned
    `,
  },
  {
    name: 'Natives',
    tier: 'Manual',
    definition: `
      id : int unsigned auto_increment
      ---
      small : smallint unsigned
      middle = null : mediumint
      length = 0 : double
      words : text
      more = null : mediumtext
      stamp = CURRENT_TIMESTAMP : timestamp
      span = null : time
      packed = null : mediumblob
    `,
  },
  {
    name: 'Keyed',
    tier: 'Manual',
    definition: `
      side : enum('left','right')
      moment : datetime(6)
      flag : bool
      cost : decimal(6,3)
      ---
      -> Natives
    `,
  },
  {
    name: 'KeyedResult',
    tier: 'Computed',
    definition: `
      -> Keyed
      -> Natives
      ---
      value = null : float64
    `,
  },
];

/** Types that datajoint-python takes from 2.3.3 on. */
export const sameTablesSince233: readonly SharedTable[] = [
  ...sameTables,
  {
    name: 'LaterNatives',
    tier: 'Manual',
    definition: `
      cost : decimal(5,2) unsigned
      ---
      raw = null : blob
      price = 1.5 : dec(6,3)
      whole : fixed
      short : decimal(5)
      filled = 0 : numeric(8,2) zerofill
      both : DECIMAL (8, 2) UNSIGNED ZEROFILL
    `,
  },
];
