package dev.theca.image.local;

import dev.theca.image.Document;
import dev.theca.wire.Digest;
import java.util.Map;

/** An image of an archive: a manifest that was made for it, and where its blobs are. */
record ArchivedImage(Document document, Map<Digest, FileBlob> blobs) {}
