package dev.theca.sealfs;

/**
 * How a volume that can change behaves. Start with {@link #USUAL} and change what is different.
 *
 * @param blockLog2 logarithm of the size of a block, 12 to 16, of a new volume without a base: 14
 *     suits files, 12 databases
 * @param quotaBytes content and metadata together, when they are written; a checkpoint may take
 *     what it writes anew twice for a moment; 0 for what the volume was made with, which of a new
 *     one is no bound but the host's
 * @param quotaInodes files, directories and the rest; 0 for as many as memory holds
 * @param onTamper what happens when content is not what was stored
 * @param watch hears of it
 * @param kill what {@link OnTamper#KILL} does
 * @param keeper remembers the newest state
 * @param strict fsync waits for the keeper too
 */
public record VolumeOptions(
    int blockLog2,
    long quotaBytes,
    long quotaInodes,
    OnTamper onTamper,
    TamperWatch watch,
    Runnable kill,
    AnchorKeeper keeper,
    boolean strict) {
  /** Memory that one inode takes, and as much again for work (sealfs reference 9, "quota"). */
  private static final long BYTES_PER_INODE = 600;

  public static final VolumeOptions USUAL =
      new VolumeOptions(
          14,
          0,
          0,
          OnTamper.EIO,
          (ino, block) ->
              System.getLogger("theca.sealfs")
                  .log(
                      System.Logger.Level.ERROR,
                      "stage=read outcome=tampered ino=" + ino + " block=" + block),
          () -> Runtime.getRuntime().halt(70),
          AnchorKeeper.NOBODY,
          false);

  public VolumeOptions {
    if (blockLog2 < 12 || blockLog2 > 16)
      throw new IllegalArgumentException("blockLog2 is 12 to 16, not " + blockLog2);
    if (quotaBytes < 0 || quotaInodes < 0)
      throw new IllegalArgumentException("a quota is not negative");
    if (quotaBytes > 0 && quotaBytes < 1 << 20)
      throw new IllegalArgumentException("a volume has at least 1 MiB");
  }

  long inodes() {
    long held = Runtime.getRuntime().maxMemory() / BYTES_PER_INODE;
    return quotaInodes == 0 ? held : Math.min(quotaInodes, held);
  }

  public VolumeOptions withBlockLog2(int log2) {
    return new VolumeOptions(log2, quotaBytes, quotaInodes, onTamper, watch, kill, keeper, strict);
  }

  public VolumeOptions withQuota(long bytes, long inodes) {
    return new VolumeOptions(blockLog2, bytes, inodes, onTamper, watch, kill, keeper, strict);
  }

  public VolumeOptions withOnTamper(OnTamper what, TamperWatch hears, Runnable ends) {
    return new VolumeOptions(blockLog2, quotaBytes, quotaInodes, what, hears, ends, keeper, strict);
  }

  public VolumeOptions withKeeper(AnchorKeeper remembers, boolean waits) {
    return new VolumeOptions(
        blockLog2, quotaBytes, quotaInodes, onTamper, watch, kill, remembers, waits);
  }
}
