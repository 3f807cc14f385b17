import type { EditableDocument } from './editable-document.js'

/** Which document is to be opened. */
export interface DocumentRequest {
  readonly name: string
  /** An empty one does not do. */
  readonly mustExist: boolean
}

/** Where documents are kept. What fails does so with a `TidingsError`. */
export interface DocumentFiles {
  /**
   * Reads a document, an empty one where there is none and it need not exist, and hands it to `use`. What `use` fails with is told of
   * that file.
   * @throws TidingsError of kind bad-input for a file that cannot be read or is no document
   */
  read<Used>(
    request: DocumentRequest,
    use: (document: EditableDocument, isNew: boolean) => Used
  ): Promise<Used>
  /** Writes it in one step: a reader sees the old file or the new one, never a part. */
  write(name: string, document: EditableDocument): Promise<void>
}
