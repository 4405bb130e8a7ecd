/** The content of a file with its name, as `<attach>` keeps it. Fetched as this; inserted as this or as a path. */
export class Attachment {
  constructor(
    readonly name: string,
    readonly content: Uint8Array,
  ) {}
}
