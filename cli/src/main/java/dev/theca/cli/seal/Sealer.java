package dev.theca.cli.seal;

import dev.theca.broker.BrokerAdmin;
import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.cli.broker.Documents;
import dev.theca.cli.image.BrokerKeks;
import dev.theca.cli.image.Images;
import dev.theca.cli.image.Place;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Progress;
import dev.theca.image.copy.Copied;
import dev.theca.image.copy.Encrypting;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.JweScheme;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.RecipientScheme;
import dev.theca.image.crypt.Recipients;
import dev.theca.image.remote.Registries;
import dev.theca.image.sign.CosignSigner;
import dev.theca.image.sign.SigningKey;
import dev.theca.image.spi.KeyWrap;
import dev.theca.interop.crypt.InteropSchemes;
import dev.theca.interop.crypt.KeyProviderConfig;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.KbsUri;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Seals images: encrypts, pushes, signs, and tells the broker. Neither plaintext nor keys touch a
 * disk. The order is such that a refusal at any step leaves no image behind that runs with less
 * protection than it should: policies first, the tag and its signature last.
 */
final class Sealer {
  /** The broker's side of sealing. */
  record Owner(BrokerAdmin broker, ReferenceSigner references) {}

  private final Registries registries;
  private final SigningKey signer;
  private final Terms terms;
  private final InstantSource clock;

  Sealer(Registries registries, SigningKey signer, Terms terms, InstantSource clock) {
    this.registries = registries;
    this.signer = signer;
    this.terms = terms;
    this.clock = clock;
  }

  /** What would be done; asks the source only. */
  Outcome<SealPlan> plan(String source, String destination) {
    var from = Place.of(source);
    try (var reader = from.reader(registries)) {
      return reader.root().then(root -> plan(from, reader, root, Place.of(destination)));
    }
  }

  private Outcome<SealPlan> plan(Place from, ImageReader reader, Document root, Place to) {
    var key = signer.verifier();
    if (key.isEmpty())
      return refused("signing key", "one with its public half", "a private half alone");
    String fingerprint = Digest.sha256(key.get().spki()).hex();
    String scope = to.signedName().name();
    return Images.of(reader, root, terms.choice())
        .then(Images::layers)
        .then(
            layers ->
                layers.stream().flatMap(List::stream).allMatch(Descriptor::encrypted)
                    ? refused("image " + from, "a plain layer", "none: it is sealed already")
                    : Outcome.granted(
                        new SealPlan(
                            from.toString(),
                            root.digest(),
                            to.toString(),
                            layers,
                            terms.recipients(),
                            broker(terms.key().orElse(keyName(root, to))),
                            broker(terms.signatureKey().orElse(signatureKeyName(fingerprint))),
                            fingerprint,
                            scope,
                            broker(terms.imagePolicy()),
                            terms.broker() ? terms.workloadPolicy() : Optional.empty(),
                            broker("theca_image/" + scope),
                            terms.referrer())));
  }

  private Optional<String> broker(String name) {
    return terms.broker() ? Optional.of(name) : Optional.empty();
  }

  /** The same image under the same name has the same key. */
  private static String keyName(Document root, Place to) {
    byte[] both = (root.digest() + " " + to).getBytes(StandardCharsets.UTF_8);
    return "default/image-kek/" + Digest.sha256(both).hex().substring(0, 32);
  }

  private static String signatureKeyName(String fingerprint) {
    return "default/cosign-key/" + fingerprint.substring(0, 32);
  }

  /** Does what the plan says; {@code owner} is asked only when the terms want a broker. */
  Outcome<JsonObject> seal(SealPlan plan, Optional<Owner> owner, Progress progress) {
    if (terms.broker() == owner.isEmpty())
      throw new IllegalArgumentException("a broker goes with terms that want one");
    var word = owner.map(o -> new OwnersWord(o.broker(), clock));
    Outcome<Boolean> prepared =
        word.map(w -> w.prepare(plan, publicKeyPem())).orElse(Outcome.granted(false));
    return prepared
        .then(done -> copied(plan, owner, progress))
        .then(copied -> signed(plan, copied))
        .map(
            digest -> {
              word.ifPresent(w -> w.vouch(plan, digest, owner.orElseThrow().references()));
              return plan.json().put("digest", digest.toString()).build();
            });
  }

  private Outcome<Copied> copied(SealPlan plan, Optional<Owner> owner, Progress progress) {
    Outcome<Optional<AgentWrap>> kek =
        owner.isEmpty()
            ? Outcome.granted(Optional.empty())
            : recipient(
                    new BrokerKeks(new Documents(owner.get().broker())),
                    new KbsUri(plan.key().orElseThrow()))
                .map(Optional::of);
    return kek.then(
        own -> {
          try {
            return recipients()
                .then(
                    others -> {
                      var all = new ArrayList<KeyWrap>(others);
                      own.ifPresent(all::addFirst);
                      return all.isEmpty()
                          ? refused("recipients", "a broker or --encryption-key", "neither")
                          : copied(plan, all, progress);
                    });
          } finally {
            own.ifPresent(AgentWrap::close);
          }
        });
  }

  /** Whoever may have the image's key: a new one, or the one of an earlier time. */
  private static Outcome<AgentWrap> recipient(BrokerKeks keys, KbsUri uri) {
    return keys.find(uri)
        .map(
            found ->
                found.isPresent()
                    ? AgentWrap.of(uri, found.get(), keys, AgentWrap.Form.V2)
                    : AgentWrap.fresh(uri, keys, AgentWrap.Form.V2));
  }

  private Outcome<List<KeyWrap>> recipients() {
    if (terms.recipients().isEmpty()) return Outcome.granted(List.of());
    return KeyProviderConfig.ofEnvironment(System.getenv())
        .then(
            providers -> {
              var schemes = new ArrayList<RecipientScheme>();
              schemes.add(new JweScheme());
              schemes.addAll(InteropSchemes.recipients(providers, clock));
              return new Recipients(schemes).parse(terms.recipients());
            });
  }

  private Outcome<Copied> copied(SealPlan plan, List<KeyWrap> recipients, Progress progress) {
    var change = new Encrypting(new LayerSealer(recipients), Set.of());
    var to = Place.of(plan.to());
    try (var reader = Place.of(plan.from()).reader(registries);
        var writer = to.writer(registries)) {
      return reader
          .root()
          .then(
              root ->
                  root.digest().equals(plan.source())
                      ? new ImageCopy(
                              reader,
                              writer,
                              ImageCopy.How.plain().with(terms.choice()).with(change),
                              progress)
                          .run()
                      : refused(
                          "image " + plan.from(),
                          "what was planned, " + plan.source(),
                          root.digest() + ": somebody pushed meanwhile"));
    }
  }

  /** Signs what the name stands for and, of an index, each image: runtimes resolve differently. */
  private Outcome<Digest> signed(SealPlan plan, Copied copied) {
    var to = Place.of(plan.to());
    var documents = new ArrayList<Document>();
    documents.add(copied.root());
    for (var image : copied.images()) {
      var m = image.manifest();
      if (!m.digest().equals(copied.root().digest()))
        documents.add(new Document(m.mediaType(), m.digest(), m.bytes()));
    }
    try (var reader = to.reader(registries);
        var writer = to.writer(registries)) {
      var cosign = new CosignSigner(signer);
      for (Document document : documents) {
        var done = cosign.byTag(reader, writer, plan.scope(), document.digest());
        if (done.isGranted() && plan.referrer())
          done = cosign.byReferrer(writer, plan.scope(), document.descriptor());
        if (done instanceof Outcome.Refused<Digest> no) return no.as();
      }
    }
    return Outcome.granted(copied.root().digest());
  }

  private byte[] publicKeyPem() {
    return Pem.write("PUBLIC KEY", signer.verifier().orElseThrow().spki())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("seal-refused"), what, expected, found, "see 'theca seal --help'");
  }
}
