//! Rules for documents and media, and the names of documents.

use super::*;

#[test]
fn documents_need_a_valid_name_and_text() {
    taken(&ask("Sum up.").message(Message::assistant("a")).message(Message::user("b").block(document("Q3 (2) [a]-b"))));
    refused(&ask(document("a")), "messages[0].content", Kind::DocumentWithoutText);
    for name in
        ["", "report.pdf", "a  b", "a\u{3000}b", "a\tb", "a/b", "a\nb", "résumé", "日本語", "it's", &"x".repeat(201)]
    {
        let request = ask([ContentBlock::from("Sum up."), document(name).into()]);
        refused(&request, "messages[0].content[1].document.name", Kind::DocumentName);
        // The same holds for a document in a tool result.
        let result = ToolResultBlock::success("t", document(name));
        let request = ask("a")
            .tool(weather())
            .message(Message::assistant(ToolUseBlock::new("t", "weather", json!({}))))
            .message(Message::user(result));
        refused(&request, "messages[2].content[0].toolResult.content[0].document.name", Kind::DocumentName);
    }
    for name in ["a", " a ", "a__b", &"e".repeat(200)] {
        taken(&ask([ContentBlock::from("Sum up."), document(name).into()]));
    }
    let twice = ask([ContentBlock::from("Compare."), document("a").into(), document("b").into(), document("a").into()]);
    refused(&twice, "messages[0].content[3].document.name", Kind::DuplicateDocumentName);
    let in_two_turns = |second: ContentBlock| {
        ask([ContentBlock::from("a"), document("a").into()])
            .message(Message::assistant("b"))
            .message(Message::user([ContentBlock::from("c"), second]))
    };
    taken(&in_two_turns(document("b").into()));
    let name = "messages[2].content[1].document.name";
    refused(&in_two_turns(document("a").into()), name, Kind::DuplicateDocumentName);
    // The document of a tool counts as a document of the request.
    let mut of_a_tool = called("t1", "t1");
    of_a_tool.messages[0].push(document("a"));
    of_a_tool.messages[2] = Message::user(ToolResultBlock::success("t1", document("a")));
    let name = "messages[2].content[0].toolResult.content[0].document.name";
    refused(&of_a_tool, name, Kind::DuplicateDocumentName);
    // It is unknown whether text for the guardrail counts as text next to a document.
    let guarded = GuardrailConverseContentBlock::from(GuardrailConverseTextBlock::new("a"));
    let request = ask([ContentBlock::from(guarded), document("a").into()]);
    hinted(&request, "messages[0].content", Kind::DocumentWithoutText);
}

#[test]
fn media_bytes_must_match_their_format() {
    for (bytes, format) in
        [(PNG, ImageFormat::Png), (JPEG, ImageFormat::Jpeg), (WEBP, ImageFormat::Webp), (b"GIF89a", ImageFormat::Gif)]
    {
        taken(&ask(ImageBlock::new(format.clone(), bytes)));
        assert_eq!(hints(&ask(ImageBlock::new(format.clone(), bytes))), []);
        assert_eq!(ImageBlock::from_bytes(bytes).unwrap().format, format);
        let other = if format == ImageFormat::Png { "jpeg" } else { "png" };
        // Some models read the bytes, others the format.
        hinted(&ask(ImageBlock::new(other, bytes)), "messages[0].content[0].image.format", Kind::ImageFormat);
    }
    for format in ["jpg", "JPEG", "Png", "bmp", "svg+xml", "image/png", ""] {
        refused(&ask(ImageBlock::new(format, JPEG)), "messages[0].content[0].image.format", Kind::Value);
    }
    let pdf = |format: &str| ask([ContentBlock::from("a"), document("a").format(format).into()]);
    refused(&pdf("PDF"), "messages[0].content[1].document.format", Kind::Value);
    refused(&pdf("rtf"), "messages[0].content[1].document.format", Kind::Value);
    // Bytes in an unknown format are left to Bedrock.
    let unknown = ask(ImageBlock::new(ImageFormat::Png, b"who knows".as_slice()));
    hinted(&unknown, "messages[0].content[0].image.format", Kind::ImageFormat);

    let twice = Blob::from(serde_json::to_value(Blob::from(PNG)).unwrap().as_str().unwrap().as_bytes().to_vec());
    refused(
        &ask(ImageBlock::new(ImageFormat::Png, twice.clone())),
        "messages[0].content[0].image.source.bytes",
        Kind::DoubleBase64,
    );
    let pdf = DocumentBlock::new("a", Blob::from(b"JVBERi0xLjcK")).format(DocumentFormat::Pdf);
    let request = ask([ContentBlock::from("a"), pdf.clone().into()]);
    refused(&request, "messages[0].content[1].document.source.bytes", Kind::DoubleBase64);
    taken(&ask([ContentBlock::from("What is this?"), pdf.format(DocumentFormat::Txt).into()]));

    refused(
        &ask(ImageBlock::new(ImageFormat::Png, Vec::new())),
        "messages[0].content[0].image.source.bytes",
        Kind::TooFew,
    );
    refused(
        &ask(VideoBlock::new(VideoFormat::Mp4, Vec::new())),
        "messages[0].content[0].video.source.bytes",
        Kind::TooFew,
    );
    let sound = ask(AudioBlock::new("MP3", b"ID3".as_slice()));
    refused(&sound, "messages[0].content[0].audio.format", Kind::Value);
    let s3 = |uri: &str| ask(ImageBlock::new(ImageFormat::Png, S3Location::new(uri)));
    for uri in ["s3://buc/k", "s3://my-bucket.b/a b/ü.png", "s3://bucket"] {
        taken(&s3(uri));
    }
    for uri in [
        "",
        "s3://b/k",
        "s3://Bucket/k",
        "https://bucket/k",
        "s3://bucket-/k",
        &format!("s3://buc/{}", "x".repeat(1024)),
    ] {
        refused(&s3(uri), "messages[0].content[0].image.source.s3Location.uri", Kind::Text);
    }
    let owned = S3Location::new("s3://buc/k").bucket_owner("1234");
    let request = ask(ImageBlock::new(ImageFormat::Png, owned));
    refused(&request, "messages[0].content[0].image.source.s3Location.bucketOwner", Kind::Text);
}

#[test]
fn media_sizes_and_counts_are_limited() {
    let image = |size: usize| ImageBlock::new(ImageFormat::Png, [PNG, &vec![0; size - PNG.len()]].concat());
    taken(&ask(image(3_932_160)));
    refused(&ask(image(3_932_161)), "messages[0].content[0].image.source.bytes", Kind::TooLarge);
    taken(&ask(vec![image(100); 20]));
    refused(&ask(vec![image(100); 21]), "messages[0].content", Kind::TooMany);

    let text = |size: usize| DocumentBlock::new("a", vec![b'a'; size]).format(DocumentFormat::Txt);
    taken(&ask([ContentBlock::from("a"), text(4_718_592).into()]));
    let path = "messages[0].content[1].document.source.bytes";
    refused(&ask([ContentBlock::from("a"), text(4_718_593).into()]), path, Kind::TooLarge);
    let documents = |count: usize| {
        let documents = (0..count).map(|at| ContentBlock::from(document(&format!("Document {at}"))));
        ask([ContentBlock::from("a")].into_iter().chain(documents).collect::<Vec<_>>())
    };
    taken(&documents(5));
    refused(&documents(6), "messages[0].content", Kind::TooMany);
    // "You can't include more than 5 documents in a request."
    let in_turns = |count: usize| {
        let mut request = documents(count);
        request.push(Message::assistant("b"));
        request.push(Message::user([ContentBlock::from("c"), document("x").into(), document("y").into()]));
        request
    };
    taken(&in_turns(3));
    refused(&in_turns(4), "messages", Kind::TooMany);
    let images = ask(vec![image(100); 20]).message(Message::assistant("b")).message(Message::user(image(100)));
    hinted(&images, "messages", Kind::TooMany);
}

#[test]
fn names_are_sanitized() {
    for (text, name) in [
        ("report.pdf", "report-pdf"),
        ("  a \t\u{3000} b\n", "a b"),
        ("a_b", "a_b"),
        ("__init__.py", "__init__-py"),
        ("_", "document"),
        ("", "document"),
        ("...", "document"),
        ("🦀", "document"),
    ] {
        assert_eq!(DocumentName::sanitize(text).as_str(), name);
    }
    // Invalid letters still keep two names apart.
    let (one, other) = (DocumentName::sanitize("ほげ (1)"), DocumentName::sanitize("不賀 (1)"));
    assert!(one.as_str().starts_with("-- (1) ("), "{one}");
    assert_ne!(one, other);
    let long = DocumentName::sanitize(&"ab ".repeat(100));
    assert!(long.as_str().chars().count() <= 200 && DocumentName::new(long.as_str()).is_ok());
    let refusal = DocumentName::new("a.b").unwrap_err().to_string();
    assert!(refusal.contains("underscores"), "{refusal}");
    assert_eq!(DocumentName::new("a_b").unwrap(), DocumentName::sanitize("a_b"));
    taken(&ask([ContentBlock::from("a"), DocumentBlock::new(long, b"a".to_vec()).format("txt").into()]));
}

#[test]
fn every_file_name_gets_a_unique_document_name() {
    assert_eq!(DocumentName::from_file_name("report.pdf").as_str(), "report pdf");
    assert_eq!(DocumentName::from_file_name("Report 2026_b (final).PDF").as_str(), "Report 2026_b (final) PDF");
    let long = "x".repeat(250);
    let names = [
        "report.pdf",
        "report.docx",
        "report pdf",
        "report",
        "Report.pdf",
        "a.b.pdf",
        "a b.pdf",
        "a  b.pdf",
        "a-b.pdf",
        "a_b.pdf",
        "a.b pdf",
        "a b pdf",
        " a.pdf",
        "a.pdf",
        "a .pdf",
        "a\tb.pdf",
        "ほげ.txt",
        "不賀.txt",
        "résumé.txt",
        "resume.txt",
        ".pdf",
        "pdf",
        "",
        ".",
        "a/b.pdf",
        "a-b pdf (5cf42818)",
        "a-b pdf (5cf42818).pdf",
        &format!("{long}.pdf"),
        &format!("{long}x.pdf"),
        &format!("{}.pdf", &long[..196]),
        &format!("{}.pdf", &long[..197]),
    ];
    let mut seen = std::collections::BTreeMap::new();
    for file_name in names {
        let name = DocumentName::from_file_name(file_name);
        assert!(DocumentName::new(name.as_str()).is_ok(), "{name:?} of {file_name:?}");
        assert_eq!(name, DocumentName::from_file_name(file_name), "the same name each time");
        if let Some(other) = seen.insert(name.as_str().to_owned(), file_name) {
            panic!("{file_name:?} and {other:?} are both {name}");
        }
    }
}

#[test]
fn formats_are_detected() {
    assert!(matches!(ImageBlock::from_bytes(b"%PDF-1.7"), Err(Error::Config(_))));
    assert!(matches!(ImageBlock::from_bytes(Vec::new()), Err(Error::Config(_))));
    for (extension, format) in [
        ("pdf", DocumentFormat::Pdf),
        (".DOCX", DocumentFormat::Docx),
        ("a.b.htm", DocumentFormat::Html),
        ("md", DocumentFormat::Md),
    ] {
        assert_eq!(DocumentBlock::from_bytes("a", b"b", extension).unwrap().format, Some(format));
    }
    assert!(DocumentBlock::from_bytes("a", b"b", "exe").is_err());

    let folder = std::env::temp_dir().join(format!("bedrock-lite-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("Q3.report.csv");
    std::fs::write(&file, "a,b").unwrap();
    let document = DocumentBlock::from_path(&file);
    let [pdf, docx] = ["report.pdf", "report.docx"].map(|name| {
        std::fs::write(folder.join(name), "%PDF-1.7").unwrap();
        DocumentBlock::from_path(folder.join(name))
    });
    let missing = DocumentBlock::from_path(folder.join("nothing.txt"));
    let program = DocumentBlock::from_path(folder.join("program.exe"));
    std::fs::remove_dir_all(&folder).unwrap();
    let name = DocumentName::from_file_name("Q3.report.csv");
    assert!(name.as_str().starts_with("Q3-report csv ("), "{name}");
    let expected = DocumentBlock::new(name, b"a,b".to_vec()).format(DocumentFormat::Csv);
    assert_eq!(document.unwrap(), expected);
    let (pdf, docx) = (pdf.unwrap(), docx.unwrap());
    assert_eq!((pdf.name.as_str(), docx.name.as_str()), ("report pdf", "report docx"));
    taken(&ask([ContentBlock::from("Compare."), pdf.into(), docx.into()]));
    let missing = missing.unwrap_err();
    let cause = missing.cause().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    assert_eq!(cause.unwrap().kind(), std::io::ErrorKind::NotFound, "with its cause");
    let program = program.unwrap_err().to_string();
    assert!(program.contains("program.exe") && program.contains("DocumentBlock::new"), "{program}");
}

#[test]
fn image_video_and_audio_are_read_from_files() {
    let folder = std::env::temp_dir().join(format!("bedrock-lite-media-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let image = ImageBlock::from_path(file("photo.png", JPEG)).unwrap();
    let mp4 = [b"\0\0\0\x18ftypmp42".as_slice(), &[7; 5000]].concat();
    let video = VideoBlock::from_path(file("video", &mp4)).unwrap();
    let wav = AudioBlock::from_path(file("audio.mp3", b"RIFF\x24\0\0\0WAVEfmt ")).unwrap();
    let pcm = AudioBlock::from_path(file("audio.PCM", &[0; 100])).unwrap();
    let unknown = VideoBlock::from_path(file("unknown.bin", b"who knows"));
    let missing = AudioBlock::from_path(folder.join("missing.mp3"));
    std::fs::remove_dir_all(&folder).unwrap();

    assert_eq!(image, ImageBlock::new(ImageFormat::Jpeg, JPEG), "the bytes prevail over the extension");
    assert_eq!(video, VideoBlock::new(VideoFormat::Mp4, mp4), "the whole file is read");
    assert_eq!(wav.format, AudioFormat::Wav);
    assert_eq!(pcm, AudioBlock::new(AudioFormat::Pcm, vec![0; 100]), "samples without a header");
    let unknown = unknown.unwrap_err().to_string();
    for part in ["video", "unknown.bin", "VideoBlock::new"] {
        assert!(unknown.contains(part), "{unknown}");
    }
    let missing = missing.unwrap_err();
    let cause = missing.cause().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    assert_eq!(cause.unwrap().kind(), std::io::ErrorKind::NotFound);
    assert!(missing.to_string().contains("missing.mp3"), "{missing}");
}

#[test]
fn bytes_of_unknown_format_are_an_error_that_names_new() {
    let errors = [
        ImageBlock::from_bytes(b"%PDF-1.7").map(|_| ()),
        VideoBlock::from_bytes(b"%PDF-1.7").map(|_| ()),
        AudioBlock::from_bytes(b"%PDF-1.7").map(|_| ()),
    ];
    for (error, block) in errors.into_iter().zip(["ImageBlock::new", "VideoBlock::new", "AudioBlock::new"]) {
        let error = error.unwrap_err().to_string();
        assert!(error.contains(block), "{error}");
    }
}
