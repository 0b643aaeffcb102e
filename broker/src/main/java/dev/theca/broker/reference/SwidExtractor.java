package dev.theca.broker.reference;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A SWID tag (ISO 19770-2) with the binding of the TCG Reference Integrity Manifest, as NVIDIA
 * publishes them. No document type, no entities, nothing external; UTF-8 only, whatever the
 * declaration says.
 */
final class SwidExtractor {
  private static final String SWID = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd";
  private static final String RIM =
      "https://trustedcomputinggroup.org/resource/tcg-reference-integrity-manifest-rim-information-model/";
  private static final String SHA384 = "http://www.w3.org/2001/04/xmlenc#sha384";

  private static final int MAX_ELEMENTS = 20_000;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_HASHES = 100;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{96}");
  private static final Pattern ZERO = Pattern.compile("0+");
  private static final Pattern INDEX = Pattern.compile("[0-9]{1,6}");

  private final TreeMap<String, JsonValue> values = new TreeMap<>();
  private String prefix = "";

  private SwidExtractor() {}

  /** The document is none of these, in words for a refusal. */
  private static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;
    private final String expected;
    private final String found;

    Unfit(String expected, String found) {
      this.expected = expected;
      this.found = found;
    }
  }

  static Outcome<Extracted> extract(byte[] payload) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      var reader = factory().createXMLStreamReader(new StringReader(text));
      var extractor = new SwidExtractor();
      extractor.read(reader);
      if (extractor.values.isEmpty()) return refused("a measurement", "none");
      return Outcome.granted(new Extracted(extractor.values));
    } catch (CharacterCodingException e) {
      return refused("UTF-8 text", "other bytes");
    } catch (XMLStreamException e) {
      var at = e.getLocation();
      return refused(
          "well-formed XML within the limits",
          at == null ? "not" : "not, at line " + at.getLineNumber());
    } catch (Unfit e) {
      return refused(e.expected, e.found);
    }
  }

  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing external is read");
        });
    return factory;
  }

  private void read(XMLStreamReader reader) throws XMLStreamException, Unfit {
    int elements = 0;
    int depth = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD -> throw new Unfit("no document type", "one");
        case XMLStreamConstants.ENTITY_REFERENCE -> throw new Unfit("no entities", "one");
        case XMLStreamConstants.START_ELEMENT -> {
          if (++elements > MAX_ELEMENTS)
            throw new Unfit("up to " + MAX_ELEMENTS + " elements", "more");
          if (++depth > MAX_DEPTH) throw new Unfit("depth up to " + MAX_DEPTH, "more");
          element(reader, depth);
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {} // text, comments and instructions mean nothing here
      }
    }
  }

  private void element(XMLStreamReader reader, int depth) throws Unfit {
    boolean swid = SWID.equals(reader.getNamespaceURI());
    String name = reader.getLocalName();
    if (depth == 1 && !(swid && name.equals("SoftwareIdentity")))
      throw new Unfit("SoftwareIdentity of ISO 19770-2", ReferenceCode.shown(name));
    if (swid && depth == 2 && name.equals("Meta")) meta(reader);
    if (swid && depth > 2 && name.equals("Resource")) resource(reader);
  }

  private void meta(XMLStreamReader reader) throws Unfit {
    String maker = reader.getAttributeValue(RIM, "PlatformManufacturerStr");
    String edition = reader.getAttributeValue("", "edition");
    if (edition == null) edition = reader.getAttributeValue(null, "edition");
    if (maker == null || maker.isBlank() || edition == null || edition.isBlank())
      throw new Unfit("Meta with PlatformManufacturerStr and edition", "without");
    if (!prefix.isEmpty()) throw new Unfit("Meta once", "twice");
    prefix = maker.replace(' ', '_') + "." + edition + ".measurement_";
  }

  private void resource(XMLStreamReader reader) throws Unfit {
    var hashes = new TreeMap<Integer, JsonValue>();
    String index = "";
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      String local = reader.getAttributeLocalName(i);
      String value = reader.getAttributeValue(i);
      String namespace = reader.getAttributeNamespace(i);
      if (local.equals("index") && (namespace == null || namespace.isEmpty())) index = value;
      if (SHA384.equals(namespace) && local.startsWith("Hash")) hash(hashes, local, value);
    }
    if (hashes.isEmpty()) return;
    if (prefix.isEmpty()) throw new Unfit("Meta before the measurements", "none");
    if (!INDEX.matcher(index).matches())
      throw new Unfit("an index for each measurement", ReferenceCode.shown(index));
    String name = (prefix + index).replace('-', '_');
    if (values.put(name, new JsonArray(hashes.values().stream().toList())) != null)
      throw new Unfit("each measurement once", ReferenceCode.shown(name) + " twice");
  }

  private static void hash(TreeMap<Integer, JsonValue> hashes, String name, String value)
      throws Unfit {
    String number = name.substring(4);
    String hex = value.toLowerCase(Locale.ROOT);
    if (!INDEX.matcher(number).matches() || !DIGEST.matcher(hex).matches())
      throw new Unfit(
          "Hash0, Hash1, ... of 96 hex digits", ReferenceCode.shown(name + "=" + value));
    if (hashes.size() == MAX_HASHES) throw new Unfit("up to " + MAX_HASHES + " hashes", "more");
    if (!ZERO.matcher(hex).matches()) hashes.put(Integer.parseInt(number), new JsonString(hex));
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return ReferenceCode.PAYLOAD.refuse(
        "SWID document", expected, found, "send the manifest as its supplier published it");
  }
}
