package dev.theca.image.sign;

import dev.theca.image.ImageRef;
import dev.theca.image.sign.Members.Bad;
import dev.theca.image.sign.Requirement.KeyPlace;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads one requirement of a policy (containers-policy.json(5), "POLICY REQUIREMENTS"). */
final class RequirementReader {
  private static final List<String> KEYS = List.of("keyPath", "keyPaths", "keyData", "keyDatas");
  private static final List<String> REKOR =
      List.of(
          "rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas");
  private static final List<String> AUTHORITY =
      List.of("caPath", "caData", "trustedRootPath", "trustedRootData");
  private static final List<String> SUBJECT =
      List.of("subjectEmail", "subjectURI", "subjectPattern");
  private static final Set<String> ANY =
      all(List.of("type", "keyType", "signedIdentity", "fulcio"), KEYS, REKOR);

  private RequirementReader() {}

  static Requirement read(String where, JsonValue value) throws Bad {
    String type = new Members(where, value, ANY).need("type");
    return switch (type) {
      case "reject" -> alone(where, value, new Requirement.Reject());
      case "insecureAcceptAnything" ->
          alone(where, value, new Requirement.InsecureAcceptAnything());
      case "signedBy" -> signedBy(where, value);
      case "sigstoreSigned" -> sigstore(where, value);
      default ->
          throw new Bad(
              where,
              "type reject, insecureAcceptAnything, signedBy or sigstoreSigned",
              SignCode.shown(type));
    };
  }

  private static Requirement alone(String where, JsonValue value, Requirement read) throws Bad {
    new Members(where, value, Set.of("type")).need("type");
    return read;
  }

  private static Requirement signedBy(String where, JsonValue value) throws Bad {
    var in =
        new Members(
            where,
            value,
            Set.of("type", "keyType", "keyPath", "keyPaths", "keyData", "signedIdentity"));
    if (!in.need("keyType").equals("GPGKeys"))
      throw in.bad("keyType GPGKeys", SignCode.shown(in.need("keyType")));
    String member = in.exactlyOne(List.of("keyPath", "keyPaths", "keyData"));
    return new Requirement.SignedBy(
        places(in, member, false), identity(in, new SignedIdentity.MatchRepoDigestOrExact()));
  }

  private static Requirement sigstore(String where, JsonValue value) throws Bad {
    var in =
        new Members(where, value, all(List.of("type", "signedIdentity", "fulcio"), KEYS, REKOR));
    String member = in.exactlyOne(List.of("keyPath", "keyPaths", "keyData", "keyDatas", "fulcio"));
    List<KeyPlace> rekor =
        REKOR.stream().anyMatch(in::has) ? places(in, in.exactlyOne(REKOR), true) : List.of();
    var identity = identity(in, new SignedIdentity.MatchRepository());
    if (!member.equals("fulcio"))
      return new Requirement.SigstoreKeys(places(in, member, true), rekor, identity);
    var fulcio =
        new Members(
            where + ", fulcio",
            in.value("fulcio").orElseThrow(),
            all(List.of("oidcIssuer"), AUTHORITY, SUBJECT));
    String authority = fulcio.exactlyOne(AUTHORITY);
    boolean root = authority.startsWith("trustedRoot");
    if (root != rekor.isEmpty())
      throw in.bad(
          "a key of the log (rekorPublicKeyPath and its like), or a trusted root that has it",
          root ? "both" : "neither");
    return new Requirement.SigstoreKeyless(
        places(fulcio, authority, true).getFirst(), root, rekor, signer(fulcio), identity);
  }

  private static SignerRule signer(Members in) throws Bad {
    String issuer = in.need("oidcIssuer");
    String member = in.exactlyOne(SUBJECT);
    String subject = in.need(member);
    if (member.equals("subjectEmail")) return new SignerRule.Email(issuer, subject);
    if (member.equals("subjectURI")) return new SignerRule.Uri(issuer, subject);
    try {
      return new SignerRule.Matching(issuer, Pattern.compile(subject));
    } catch (PatternSyntaxException e) {
      throw in.bad("a regular expression as subjectPattern", SignCode.shown(subject));
    }
  }

  private static List<KeyPlace> places(Members in, String member, boolean pem) throws Bad {
    boolean several = member.endsWith("s");
    var texts = several ? in.texts(member) : List.of(in.need(member));
    var places = new ArrayList<KeyPlace>();
    for (String text : texts)
      places.add(
          member.contains("Path") ? KeyPlace.at(text) : KeyPlace.of(data(in, member, text, pem)));
    return places;
  }

  /** base64 as containers/image has it, or PEM or JSON as it is, as Confidential Containers has. */
  private static byte[] data(Members in, String member, String text, boolean pem) throws Bad {
    if (pem && (text.stripLeading().startsWith("-----BEGIN ") || text.startsWith("{")))
      return text.getBytes(StandardCharsets.UTF_8);
    try {
      return Base64.getDecoder().decode(text.replaceAll("[\r\n]", ""));
    } catch (IllegalArgumentException e) {
      throw in.bad("base64 as " + member, "other text");
    }
  }

  private static SignedIdentity identity(Members outer, SignedIdentity byDefault) throws Bad {
    var value = outer.value("signedIdentity");
    if (value.isEmpty()) return byDefault;
    var known = Set.of("type", "dockerReference", "dockerRepository", "prefix", "signedPrefix");
    var in = new Members("signedIdentity", value.get(), known);
    String type = in.need("type");
    var mine =
        switch (type) {
          case "exactReference" -> Set.of("type", "dockerReference");
          case "exactRepository" -> Set.of("type", "dockerRepository");
          case "remapIdentity" -> Set.of("type", "prefix", "signedPrefix");
          default -> Set.of("type");
        };
    in = new Members("signedIdentity " + SignCode.shown(type), value.get(), mine);
    return switch (type) {
      case "matchExact" -> new SignedIdentity.MatchExact();
      case "matchRepoDigestOrExact" -> new SignedIdentity.MatchRepoDigestOrExact();
      case "matchRepository" -> new SignedIdentity.MatchRepository();
      case "insecureAnyRepository" -> new SignedIdentity.InsecureAnyRepository();
      case "exactReference" ->
          new SignedIdentity.ExactReference(name(in, "dockerReference", false));
      case "exactRepository" ->
          new SignedIdentity.ExactRepository(name(in, "dockerRepository", true));
      case "remapIdentity" ->
          new SignedIdentity.RemapIdentity(prefix(in, "prefix"), prefix(in, "signedPrefix"));
      default -> throw in.bad("a type that exists", SignCode.shown(type));
    };
  }

  private static String name(Members in, String member, boolean nameOnly) throws Bad {
    String text = in.need(member);
    if (!ImageRef.parse(text).isGranted() || SignedIdentity.nameOnly(text) != nameOnly)
      throw in.bad(
          nameOnly ? "host/repository as " + member : "a reference with tag or digest as " + member,
          SignCode.shown(text));
    return text;
  }

  private static String prefix(Members in, String member) throws Bad {
    String text = in.need(member);
    if (!text.matches(
        "[a-zA-Z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._-]+)*(:[\\w.-]+|@[a-z0-9]+:[0-9a-f]+)?"))
      throw in.bad("a host, namespace, repository or reference as " + member, SignCode.shown(text));
    return text;
  }

  @SafeVarargs
  private static Set<String> all(List<String>... lists) {
    var all = new java.util.HashSet<String>();
    for (var list : lists) all.addAll(list);
    return all;
  }
}
