package dev.theca.evidence;

import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** What boot events are called, and what some of them say. */
final class EventNames {
  private static final Map<Long, String> TYPES = types();

  private EventNames() {}

  private static Map<Long, String> types() {
    var names = new TreeMap<Long, String>();
    String[] low = {
      "PREBOOT_CERT",
      "POST_CODE",
      "",
      "NO_ACTION",
      "SEPARATOR",
      "ACTION",
      "EVENT_TAG",
      "S_CRTM_CONTENTS",
      "S_CRTM_VERSION",
      "CPU_MICROCODE",
      "PLATFORM_CONFIG_FLAGS",
      "TABLE_OF_DEVICES",
      "COMPACT_HASH",
      "IPL",
      "IPL_PARTITION_DATA",
      "NONHOST_CODE",
      "NONHOST_CONFIG",
      "NONHOST_INFO",
      "OMIT_BOOT_DEVICE_EVENTS"
    };
    for (int i = 0; i < low.length; i++) if (!low[i].isEmpty()) names.put((long) i, low[i]);
    String[] efi = {
      "", "VARIABLE_DRIVER_CONFIG", "VARIABLE_BOOT", "BOOT_SERVICES_APPLICATION",
      "BOOT_SERVICES_DRIVER", "RUNTIME_SERVICES_DRIVER", "GPT_EVENT", "ACTION",
      "PLATFORM_FIRMWARE_BLOB", "HANDOFF_TABLES", "PLATFORM_FIRMWARE_BLOB2", "HANDOFF_TABLES2",
      "VARIABLE_BOOT2"
    };
    for (int i = 1; i < efi.length; i++) names.put(0x80000000L + i, "EFI_" + efi[i]);
    names.put(0x80000010L, "EFI_HCRTM_EVENT");
    names.put(0x800000E0L, "EFI_VARIABLE_AUTHORITY");
    names.put(0x800000E1L, "EFI_SPDM_FIRMWARE_BLOB");
    names.put(0x800000E2L, "EFI_SPDM_FIRMWARE_CONFIG");
    return names;
  }

  static String type(long type) {
    String name = TYPES.get(type);
    return name == null ? "EV_UNKNOWN_0x%X".formatted(type) : "EV_" + name;
  }

  static String algorithm(int number) {
    return switch (number) {
      case 0x4 -> "SHA-1";
      case 0xB -> "SHA-256";
      case 0xC -> "SHA-384";
      case 0xD -> "SHA-512";
      case 0x12 -> "SM3-256";
      default -> "0x%X".formatted(number);
    };
  }

  /** The parts of an EFI variable event; of others the printable text. */
  static JsonObject details(EventLog.Entry entry) {
    boolean variable =
        entry.type() >= 0x80000001L && entry.type() <= 0x80000002L
            || entry.type() == 0x8000000CL
            || entry.type() == 0x800000E0L;
    return variable ? variable(entry.data()) : text(entry.data());
  }

  private static JsonObject text(byte[] data) {
    var out = new StringBuilder();
    for (byte b : data) if (b >= 0x20 && b < 0x7F) out.append((char) b);
    return JsonObject.builder().put("string", out.toString().strip()).build();
  }

  /** UEFI_VARIABLE_DATA: GUID 16, name length u64 in characters, data length u64, name, data. */
  private static JsonObject variable(byte[] data) {
    if (data.length < 32) return text(data);
    var in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    long nameChars = in.getLong(16);
    long size = in.getLong(24);
    if (nameChars < 0 || size < 0 || nameChars > 4096 || size > data.length) return text(data);
    int from = 32 + (int) nameChars * 2;
    if (from + size > data.length) return text(data);
    byte[] value = new byte[(int) size];
    in.get(from, value);
    String hex = java.util.HexFormat.of().formatHex(data, 0, 16);
    return JsonObject.builder()
        .put("unicode_name", new String(data, 32, (int) nameChars * 2, StandardCharsets.UTF_16LE))
        .put("unicode_name_length", nameChars)
        .put("variable_data", Base64.getEncoder().encodeToString(value))
        .put("variable_data_length", size)
        .put("variable_name", hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"))
        .build();
  }
}
