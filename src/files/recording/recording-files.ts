import fs from 'node:fs'
import type {
  ContinuedRecording,
  RecordingFiles,
  RecordingWriter
} from '../../core/recording/recording-files.js'
import { isCompressed } from '../../core/recording/recording-name.js'
import { FileAppender, type Syncing } from '../file-appender.js'
import { isStream } from '../file-chunks.js'
import { syncFolder } from '../sync-folder.js'
import { GzipWriter } from './gzip-writer.js'
import { openNew, openOver, openToAppend } from './open-recording.js'
import { repairGzip, repairPlain } from './repair-recording.js'

/** Recordings in the file system. */
export function recordingFiles(syncing: Syncing): RecordingFiles {
  const writerTo = (fd: number, name: string, size: number): RecordingWriter => {
    const plain = new FileAppender(fd, name, syncing, size)
    return isCompressed(name) ? new GzipWriter(plain, syncing) : plain
  }
  const create = async (name: string, overwrite: boolean): Promise<RecordingWriter> => {
    const fd = overwrite || isStream(name) ? openOver(name) : openNew(name)
    if (syncing !== 'never') syncFolder(name)
    return writerTo(fd, name, 0)
  }
  return {
    create,
    discard(name) {
      const found = fs.lstatSync(name, { throwIfNoEntry: false })
      if (found?.isFile() && found.size === 0) fs.rmSync(name, { force: true })
    },
    async continue(name): Promise<ContinuedRecording> {
      if (!fs.existsSync(name) || fs.statSync(name).size === 0) {
        const writer = await create(name, fs.existsSync(name))
        return { writer, started: undefined, lastOffset: undefined, dropped: 0 }
      }
      const repaired = isCompressed(name) ? await repairGzip(name, syncing) : repairPlain(name)
      const fd = openToAppend(name)
      const { started, lastOffset, dropped } = repaired
      return { writer: writerTo(fd, name, fs.fstatSync(fd).size), started, lastOffset, dropped }
    }
  }
}
