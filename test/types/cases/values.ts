/** The JavaScript type of each attribute type, fetched and inserted, and what may be left out. */
import * as dj from 'datajoint-workbench';
import { is } from './same';

class Everything extends dj.Manual {
  static override readonly definition = `
    tiny:int8
	tabbed	:	int16	# with tabs
    middle : int32
    large : int64
    counter : bigint unsigned auto_increment
    ---
    small_float : float32
    big_float : float64
    amount : decimal(10,2)
    flag : bool
    letter : char(1)
    name : varchar(255)
    kind : enum ( "a" , 'b', 'c#d', 'e=f', 'g)h' )   # x = y
    day : date
    moment : datetime(3)
    stamp = CURRENT_TIMESTAMP : datetime
    id : uuid
    info : json
    raw : bytes
    data : <blob>
    file : <attach@archive>
    server_int : INT UNSIGNED
    server_text : longtext
    server_amount : dec(5,2) unsigned
    server_bytes : blob
    server_other : point
    clock = "12:30:00" : time
    maybe = NULL : int32      # null
    maybe_kind=null:enum('on','off')
    maybe_later : varchar(8) = null # default behind the type
    maybe_blob = null : <blob>
    given = 'null' : varchar(8)
    count = 0 : int64
  `;
}

export async function fetched(): Promise<void> {
  is<{
    tiny: number;
    tabbed: number;
    middle: number;
    large: bigint;
    counter: bigint;
    small_float: number;
    big_float: number;
    amount: string;
    flag: boolean;
    letter: string;
    name: string;
    kind: 'a' | 'b' | 'c#d' | 'e=f' | 'g)h';
    day: string;
    moment: string;
    stamp: string;
    id: string;
    info: unknown;
    raw: Uint8Array;
    data: unknown;
    file: unknown;
    server_int: number;
    server_text: string;
    server_amount: string;
    server_bytes: unknown;
    server_other: unknown;
    clock: string;
    maybe: number | null;
    maybe_kind: 'on' | 'off' | null;
    maybe_later: string | null;
    maybe_blob: unknown;
    given: string;
    count: bigint;
  }>()(await Everything.fetch1());
}

export function inserted(row: dj.InsertRowOf<typeof Everything>): void {
  is<{
    tiny: number | bigint;
    tabbed: number | bigint;
    middle: number | bigint;
    large: number | bigint;
    counter?: number | bigint;
    small_float: number | bigint;
    big_float: number | bigint;
    amount: string | number | bigint;
    flag: boolean | 0 | 1;
    letter: string;
    name: string;
    kind: 'a' | 'b' | 'c#d' | 'e=f' | 'g)h';
    day: string | Date;
    moment: string | Date;
    stamp?: string | Date;
    id: string | Uint8Array;
    info: unknown;
    raw: Uint8Array;
    data: unknown;
    file: unknown;
    server_int: number | bigint;
    server_text: string;
    server_amount: string | number | bigint;
    server_bytes: Uint8Array;
    server_other: unknown;
    clock?: string;
    maybe?: number | bigint | null;
    maybe_kind?: 'on' | 'off' | null;
    maybe_later?: string | null;
    maybe_blob?: unknown;
    given?: string;
    count?: number | bigint;
  }>()(row);
}
