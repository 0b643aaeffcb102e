package dev.theca.sealfs.gramine;

import java.util.List;

/** What an export will make, decided before the first byte is written. Paths are relative. */
record Plan(
    List<Folder> folders,
    List<File> files,
    List<ExtraMount> mounts,
    List<ExportReport.Changed> changes) {
  /** A directory; parents come before what is in them. */
  record Folder(byte[] path, int permissions) {}

  /** A file, with the inode that its content comes from. */
  record File(byte[] path, long ino, long size, int permissions) {}

  long bytes() {
    return files.stream().mapToLong(File::size).sum();
  }

  long hostBytes() {
    return files.stream().mapToLong(file -> Layout.hostLength(file.size())).sum();
  }
}
