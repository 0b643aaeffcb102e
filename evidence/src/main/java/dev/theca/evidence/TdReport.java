package dev.theca.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a TD report: version 1.0 (584 bytes), 1.5 (648) or 1.5 extended (885), little-endian
 * (Intel TDX DCAP quoting library, "TD Quote Body"). Holding one says nothing about whether it is
 * believable. Accessors give copies.
 */
public final class TdReport {
  /** The three layouts, with the descriptor's number for each. */
  public enum Layout {
    /** 584 bytes. */
    TD_1_0(2, 584),
    /** 648 bytes: with TEE_TCB_SVN_2 and MRSERVICETD. */
    TD_1_5(3, 648),
    /** 885 bytes: the extended form. */
    TD_1_5_EX(4, 885);

    /** The number in a quote of version 5. */
    public final int bodyType;

    /** The body's length. */
    public final int bytes;

    Layout(int bodyType, int bytes) {
      this.bodyType = bodyType;
      this.bytes = bytes;
    }
  }

  private static final long DEBUG_BITS = 0xFF;

  private final Layout layout;
  private final byte[] body;

  private TdReport(Layout layout, byte[] body) {
    this.layout = layout;
    this.body = body;
  }

  /** Reads a body; the caller has checked the size. */
  public static TdReport read(Layout layout, byte[] body) {
    if (body.length != layout.bytes)
      throw new IllegalArgumentException(
          layout + " has " + layout.bytes + " bytes, not " + body.length);
    return new TdReport(layout, body.clone());
  }

  private byte[] part(int from, int size) {
    return Arrays.copyOfRange(body, from, from + size);
  }

  private long word(int from) {
    return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getLong(from);
  }

  /** Which of the three forms the body has. */
  public Layout layout() {
    return layout;
  }

  /** The whole body. */
  public byte[] body() {
    return body.clone();
  }

  /** TEE_TCB_SVN, 16 bytes, of the launch. */
  public byte[] teeTcbSvn() {
    return part(0, 16);
  }

  /** MRSEAM, 48 bytes: measurement of the TDX module. */
  public byte[] mrSeam() {
    return part(16, 48);
  }

  /** MRSIGNERSEAM, 48 bytes; zero for Intel's module. */
  public byte[] mrSignerSeam() {
    return part(64, 48);
  }

  /** SEAMATTRIBUTES, 8 bytes; zero for a production module. */
  public byte[] seamAttributes() {
    return part(112, 8);
  }

  /** TUD, SEC and OTHER bits of the TD. */
  public long attributes() {
    return word(120);
  }

  /** XFAM: the extended features that the TD may use. */
  public long xfam() {
    return word(128);
  }

  /** MRTD, 48 bytes: measurement of the initial TD. */
  public byte[] mrTd() {
    return part(136, 48);
  }

  /** MRCONFIGID, 48 bytes from the owner. */
  public byte[] mrConfigId() {
    return part(184, 48);
  }

  /** MROWNER, 48 bytes. */
  public byte[] mrOwner() {
    return part(232, 48);
  }

  /** MROWNERCONFIG, 48 bytes. */
  public byte[] mrOwnerConfig() {
    return part(280, 48);
  }

  /** RTMR0 to RTMR3. */
  public List<byte[]> rtmrs() {
    return List.of(part(328, 48), part(376, 48), part(424, 48), part(472, 48));
  }

  /** REPORTDATA, 64 bytes from the TD. */
  public byte[] reportData() {
    return part(520, 64);
  }

  /** Whether the body names the TCB that runs now besides the one of the launch. */
  public boolean hasCurrentTcb() {
    return layout != Layout.TD_1_0;
  }

  /** The TCB under which the TD runs now; TD 1.0 has none, and gives the one of its launch. */
  public byte[] teeTcbSvn2() {
    return hasCurrentTcb() ? part(584, 16) : teeTcbSvn();
  }

  /** Measurement of the bound service TDs; zero when there is none. */
  public byte[] mrServiceTd() {
    return hasCurrentTcb() ? part(600, 48) : new byte[48];
  }

  /** Whether the TD is open to a debugger. */
  public boolean debug() {
    return (attributes() & DEBUG_BITS) != 0;
  }
}
