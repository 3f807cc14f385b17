import type { EditableDocument } from './editable-document.js'

/** Which document is to be read. */
export interface DocumentRequest {
  readonly name: string
  /** Whether a missing file is an error; otherwise it is read as an empty document. */
  readonly mustExist: boolean
}

/** Where documents are kept. Every failure is a `TidingsError`. */
export interface DocumentFiles {
  /**
   * Reads a document and hands it to `use`. If the file is missing and need not exist, `use` gets an empty document. An error of `use`
   * is told with the name of the file.
   * @throws TidingsError of kind bad-input for a file that cannot be read or is no document
   */
  read<Used>(
    request: DocumentRequest,
    use: (document: EditableDocument, isNew: boolean) => Used
  ): Promise<Used>
  /** Writes a document in one step: a reader sees the old file or the new one, never a part. */
  write(name: string, document: EditableDocument): Promise<void>
}
