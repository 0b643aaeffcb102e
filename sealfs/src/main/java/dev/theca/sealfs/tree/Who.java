package dev.theca.sealfs.tree;

/** Who asks: owner and group of what is made. */
public record Who(int uid, int gid) {
  public static final Who ROOT = new Who(0, 0);
}
