package dev.theca.enclave.handover;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBool;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * Volumes of a payload as CBOR: an array that begins with the role. Base: {@code [1, id, key, root,
 * onTamper]}; upper: {@code [2, id, key, quota, onTamper]}; volume: {@code [3, id, key, state,
 * strict, quota, onTamper, [name, path, mode, uid, gid]]} with state 0 for new, 1 for any, {@code
 * [sequence, chain]} for one that is demanded; protected files: {@code [4, key name, key, listing
 * digest, root]}.
 */
final class VolumeCodec {
  private static final int BASE = 1;
  private static final int UPPER = 2;
  private static final int DATA = 3;
  private static final int PROTECTED = 4;
  private static final int NEW = 0;
  private static final int ANY = 1;
  private static final int KEY = 32;

  private VolumeCodec() {}

  /** The keys in it are copies: whoever encodes zeroes what was encoded. */
  static CborValue encode(VolumeGrant volume) {
    byte[] key = volume.key().<byte[], RuntimeException>lend(byte[]::clone);
    return switch (volume) {
      case VolumeGrant.Base(var id, _, var root, var onTamper) ->
          Cbor.array(List.of(BASE, bytes(id), key, root, onTamper.ordinal()));
      case VolumeGrant.Upper(var id, _, var quota, var onTamper) ->
          Cbor.array(List.of(UPPER, bytes(id), key, quota, onTamper.ordinal()));
      case VolumeGrant.Data(var id, _, var state, var strict, var quota, var onTamper, var place) ->
          Cbor.array(
              List.of(
                  DATA,
                  bytes(id),
                  key,
                  state(state),
                  strict,
                  quota,
                  onTamper.ordinal(),
                  Cbor.array(
                      List.of(
                          place.name(), place.path(), place.mode(), place.uid(), place.gid()))));
      case VolumeGrant.Protected(var name, _, var listing, var root) ->
          Cbor.array(List.of(PROTECTED, name, key, listing, root));
    };
  }

  private static Object state(VolumeState state) {
    return switch (state) {
      case VolumeState.New() -> NEW;
      case VolumeState.Any() -> ANY;
      case VolumeState.Since(var anchor) -> Cbor.array(List.of(anchor.sequence(), anchor.chain()));
    };
  }

  /** Throws what a wrong cast or a wrong value throws: the caller refuses the payload. */
  static VolumeGrant decode(CborValue value) {
    var items = ((CborArray) value).items();
    int role = number(items.getFirst());
    int size =
        switch (role) {
          case BASE, UPPER, PROTECTED -> 5;
          case DATA -> 8;
          default -> 0;
        };
    if (items.size() != size) throw new IllegalArgumentException("no volume of role " + role);
    if (role == PROTECTED)
      return new VolumeGrant.Protected(
          text(items.get(1)),
          Secret.moveFrom(bytes(items.get(2))),
          bytes(items.get(3)),
          text(items.get(4)));
    var id = uuid(items.get(1));
    byte[] raw = bytes(items.get(2));
    if (raw.length != KEY) throw new IllegalArgumentException("a key of another size");
    var key = Secret.moveFrom(raw);
    return switch (role) {
      case BASE -> new VolumeGrant.Base(id, key, bytes(items.get(3)), onTamper(items.get(4)));
      case UPPER -> new VolumeGrant.Upper(id, key, quota(items.get(3)), onTamper(items.get(4)));
      default ->
          new VolumeGrant.Data(
              id,
              key,
              state(items.get(3)),
              ((CborBool) items.get(4)).value(),
              quota(items.get(5)),
              onTamper(items.get(6)),
              place(((CborArray) items.get(7)).items()));
    };
  }

  private static VolumeState state(CborValue value) {
    return switch (value) {
      case CborInt(long kind) when kind == NEW -> VolumeState.NEW;
      case CborInt(long kind) when kind == ANY -> VolumeState.ANY;
      case CborArray(var pair) when pair.size() == 2 ->
          new VolumeState.Since(new Anchor(((CborInt) pair.get(0)).value(), bytes(pair.get(1))));
      default -> throw new IllegalArgumentException("no state of a volume");
    };
  }

  private static VolumeGrant.Place place(List<CborValue> items) {
    return new VolumeGrant.Place(
        text(items.get(0)),
        text(items.get(1)),
        number(items.get(2)),
        number(items.get(3)),
        number(items.get(4)));
  }

  /** {@code {1: volume, 2: sequence, 3: chain, 4: somebody waits}}. */
  static byte[] anchor(UUID volume, Anchor anchor, boolean awaited) {
    return Cbor.encode(
        Cbor.map(1, bytes(volume), 2, anchor.sequence(), 3, anchor.chain(), 4, awaited));
  }

  /** A state that was reported, or acknowledged. */
  record Report(UUID volume, Anchor anchor, boolean awaited) {
    static Report read(CborMap map) {
      if (map.entries().size() != 4) throw new IllegalArgumentException("four fields");
      return new Report(
          uuid(map.get(1).orElseThrow()),
          new Anchor(((CborInt) map.get(2).orElseThrow()).value(), bytes(map.get(3).orElseThrow())),
          ((CborBool) map.get(4).orElseThrow()).value());
    }
  }

  private static long quota(CborValue value) {
    long bytes = ((CborInt) value).value();
    if (bytes < 0) throw new IllegalArgumentException("a quota below zero");
    return bytes;
  }

  private static OnTamper onTamper(CborValue value) {
    return OnTamper.values()[number(value)];
  }

  private static int number(CborValue value) {
    return Math.toIntExact(((CborInt) value).value());
  }

  private static byte[] bytes(CborValue value) {
    return ((CborBytes) value).value();
  }

  private static String text(CborValue value) {
    return ((CborText) value).value();
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static UUID uuid(CborValue value) {
    byte[] bytes = bytes(value);
    if (bytes.length != 16) throw new IllegalArgumentException("a UUID of another size");
    var in = ByteBuffer.wrap(bytes);
    return new UUID(in.getLong(), in.getLong());
  }
}
