package dev.theca.sealfs.gramine;

/** What a protected-file tree cannot hold, and what an export did about it. */
public enum Change {
  SYMLINK_COPIED("symlink-copied"),
  SYMLINK_DIRECTORY_COPIED("symlink-directory-copied"),
  SYMLINK_MOUNTED("symlink-mounted"),
  SYMLINK_DANGLING("symlink-without-target-skipped"),
  SYMLINK_LOOP("symlink-loop-skipped"),
  SYMLINK_TO_SPECIAL("symlink-to-special-file-skipped"),
  SYMLINK_ABOVE_ROOT("symlink-above-the-root-clamped"),
  HARD_LINK("hard-link-copied"),
  SPECIAL("special-file-skipped"),
  MODE("mode-changed"),
  OWNER("owner-lost"),
  XATTR("xattrs-lost");

  private final String id;

  Change(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }
}
