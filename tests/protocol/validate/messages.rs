//! Rules for the conversation: text, roles, cache points.

use super::*;

#[test]
fn empty_text_is_refused_and_blank_text_is_a_hint() {
    refused(&ask(["a", ""]), "messages[0].content[1].text", Kind::BlankText);
    for blank in [" ", "\n\t\u{a0}"] {
        hinted(&ask(["a", blank]), "messages[0].content[1].text", Kind::BlankText);
    }
    refused(&ask("a").system(["b", ""]), "system[1].text", Kind::BlankText);
    hinted(&ask("a").system(["b", " "]), "system[1].text", Kind::BlankText);
    taken(&ask(" a ").system("b"));
    // Reasoning may be a signature without text.
    let reasoning = ReasoningTextBlock::new("").signature("c2ln");
    taken(
        &ask("a").message(Message::assistant([ContentBlock::from(reasoning), "b".into()])).message(Message::user("c")),
    );

    // Text for the guardrail has the same rule.
    for (text, is_empty) in [("", true), (" ", false)] {
        let guarded = || GuardrailConverseContentBlock::from(GuardrailConverseTextBlock::new(text));
        let message = ask([ContentBlock::from(guarded()), "x".into()]);
        let system = ask("x").system(SystemContentBlock::from(guarded()));
        for (request, path) in
            [(message, "messages[0].content[0].guardContent.text.text"), (system, "system[0].guardContent.text.text")]
        {
            if is_empty { refused(&request, path, Kind::BlankText) } else { hinted(&request, path, Kind::BlankText) }
        }
    }
    let mut result = called("t1", "t1");
    result.messages[2] = Message::user(ToolResultBlock::success("t1", ""));
    refused(&result, "messages[2].content[0].toolResult.content[0].text", Kind::BlankText);
    result.messages[2] = Message::user(ToolResultBlock::success("t1", "\n"));
    hinted(&result, "messages[2].content[0].toolResult.content[0].text", Kind::BlankText);
}

/// Reads a request from JSON, as leniently as a response.
fn read(request: Value) -> ConverseRequest {
    serde_json::from_value(request).unwrap()
}

/// Reads a response whose message has this block, and sends it back.
fn sent_back(block: &Value) -> ConverseRequest {
    let reply: ConverseResponse = serde_json::from_value(json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "a"}, block]}},
        "stopReason": "end_turn",
    }))
    .unwrap();
    ask("a").tool(weather()).message(reply.into_message()).message(Message::user("b"))
}

#[test]
fn empty_union_of_a_response_is_refused() {
    let block = "messages[1].content[1]";
    for (content, place) in [
        (json!({}), ""),
        (json!({"text": null}), ""),
        (json!({"image": null, "text": null}), ""),
        (json!({"__type": "ContentBlock"}), ""),
        (json!({"reasoningContent": {}}), ".reasoningContent"),
        (json!({"reasoningContent": {"reasoningText": null}}), ".reasoningContent"),
        (json!({"video": {"format": "mp4"}}), ".video.source"),
        (json!({"audio": {"format": "mp3", "source": {}}}), ".audio.source"),
        (json!({"guardContent": {}}), ".guardContent"),
        (json!({"guardContent": {"image": {"format": "png"}}}), ".guardContent.image.source"),
        (json!({"citationsContent": {"content": [{"text": "a"}, {}]}}), ".citationsContent.content[1]"),
        (
            json!({"citationsContent": {"citations": [{"sourceContent": [{}]}]}}),
            ".citationsContent.citations[0].sourceContent[0]",
        ),
        (json!({"citationsContent": {"citations": [{"location": {}}]}}), ".citationsContent.citations[0].location"),
    ] {
        refused(&sent_back(&content), &format!("{block}{place}"), Kind::Empty);
    }
    for image in [json!({"format": "png"}), json!({"format": "png", "source": {"bytes": null}})] {
        let request = sent_back(&json!({ "image": image }));
        assert_eq!(problems(&request), [(format!("{block}.image.source"), Kind::Empty)]);
    }
    // The service model requires no member of a citations block.
    hinted(&sent_back(&json!({"citationsContent": {}})), &format!("{block}.citationsContent"), Kind::Empty);
    for content in [
        json!({"newBlock": {}}),
        json!({"newBlock": null}),
        json!({"reasoningContent": {"newReasoning": {}}}),
        json!({"citationsContent": {"content": [{"text": "a"}], "citations": [{"location": {"newPlace": {}}}]}}),
        json!({"citationsContent": {"newMember": 1}}),
        json!({"video": {"format": "mp4", "source": {"newSource": "a"}}}),
    ] {
        taken(&sent_back(&content));
    }
}

#[test]
fn empty_union_of_a_request_is_refused() {
    let result = |content: Value| {
        let mut request = called("t1", "t1");
        let block = json!({"toolResult": {"toolUseId": "t1", "content": [content]}});
        request.messages[2] = serde_json::from_value(json!({"role": "user", "content": [block]})).unwrap();
        request
    };
    let content = "messages[2].content[0].toolResult.content[0]";
    refused(&result(json!({})), content, Kind::Empty);
    refused(&result(json!({"text": null})), content, Kind::Empty);
    refused(&result(json!({"image": {"format": "png"}})), &format!("{content}.image.source"), Kind::Empty);

    let document = |source: Value| {
        let block = json!({"document": {"name": "a", "format": "pdf", "source": source}});
        let messages = json!([{"role": "user", "content": [{"text": "a"}, block]}]);
        read(json!({"modelId": "m", "messages": messages}))
    };
    let source = "messages[0].content[1].document.source";
    refused(&document(json!({})), source, Kind::Empty);
    refused(&document(json!({"content": [{}]})), &format!("{source}.content[0]"), Kind::Empty);

    let with = |name: &str, value: Value| {
        let mut request = json!({"modelId": "m", "messages": [{"role": "user", "content": [{"text": "a"}]}]});
        request[name] = value;
        read(request)
    };
    refused(&with("system", json!([{"text": "a"}, {}])), "system[1]", Kind::Empty);
    let tool = json!({"toolSpec": {"name": "a", "inputSchema": {"json": {"type": "object"}}}});
    refused(&with("toolConfig", json!({"tools": [tool, {}]})), "toolConfig.tools[1]", Kind::Empty);
    let chosen = with("toolConfig", json!({"tools": [tool], "toolChoice": {}}));
    refused(&chosen, "toolConfig.toolChoice", Kind::Empty);
    let bare = with("toolConfig", json!({"tools": [{"toolSpec": {"name": "a", "inputSchema": {}}}]}));
    refused(&bare, "toolConfig.tools[0].toolSpec.inputSchema", Kind::Empty);
    let output = with("outputConfig", json!({"textFormat": {"type": "json_schema", "structure": {}}}));
    refused(&output, "outputConfig.textFormat.structure", Kind::Empty);
    let mut prompt = with("promptVariables", json!({"city": {}}));
    prompt.model_id = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ".to_owned();
    refused(&prompt, "promptVariables.city", Kind::Empty);
}

#[test]
fn empty_text_is_a_hint_for_models_that_may_accept_it() {
    for model in [
        "us.amazon.nova-micro-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        // The ARN does not reveal the model.
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/06vsfs68yb4g",
    ] {
        let request = ConverseRequest::new(model).message(Message::user(""));
        hinted(&request, "messages[0].content[0].text", Kind::BlankText);
    }
    for model in [
        "m",
        "us.anthropic.claude-sonnet-4-6",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.meta.llama3",
    ] {
        let request = ConverseRequest::new(model).message(Message::user(""));
        refused(&request, "messages[0].content[0].text", Kind::BlankText);
    }
}

#[test]
fn order_of_roles_is_a_hint() {
    refused(&ConverseRequest::new("m"), "messages", Kind::Empty);
    refused(&ask(Vec::<ContentBlock>::new()), "messages[0].content", Kind::Empty);
    let begun = ConverseRequest::new("m").message(Message::assistant("Hi")).message(Message::user("Hi"));
    hinted(&begun, "messages[0].role", Kind::FirstRole);
    hinted(&ask("a").message(Message::user("b")), "messages[1].role", Kind::RoleOrder);
    hinted(&ask("a").message(Message::assistant("b")), "messages[1].role", Kind::LastRole);
    // A prompt of Prompt management has messages of its own.
    let prompt = ConverseRequest::new("arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1");
    taken(&prompt);
    assert_eq!(hints(&prompt), []);
    hinted(&prompt.clone().system("a"), "system", Kind::Prompt);
    hinted(
        &ask("a").prompt_variables([("city", PromptVariableValues::Text("b".into()))]),
        "promptVariables",
        Kind::Prompt,
    );
    taken(&ConverseRequest::new("m").message(Message::new("system", "a")).message(Message::user("b")));
    refused(&ConverseRequest::new("m").message(Message::new("User", "a")), "messages[0].role", Kind::Value);
    hinted(&ConverseRequest::new("m").message(Message::new("critic", "a")), "messages[0].role", Kind::Value);
    let image = ImageBlock::new(ImageFormat::Png, PNG);
    let shown = ask("a").message(Message::assistant(image)).message(Message::user("b"));
    hinted(&shown, "messages[1].content[0].image", Kind::BlockRole);
}

#[test]
fn cache_point_must_not_live_longer_than_earlier_ones() {
    let hour = || CachePointBlock::default().ttl(CacheTTL::OneHour);
    let short = || CachePointBlock::default().ttl(CacheTTL::FiveMinutes);
    let request = |tools: CachePointBlock, system: CachePointBlock, message: CachePointBlock| {
        ask([ContentBlock::from("a"), message.into()])
            .system([SystemContentBlock::from("b"), system.into()])
            .tool(weather())
            .tool(tools)
    };
    taken(&request(hour(), hour(), short()));
    taken(&request(hour(), short(), CachePointBlock::default()));
    refused(&request(short(), short(), hour()), "messages[0].content[1].cachePoint.ttl", Kind::CachePointOrder);
    // Without a lifetime, it is five minutes.
    refused(&request(CachePointBlock::default(), hour(), short()), "system[1].cachePoint.ttl", Kind::CachePointOrder);
    taken(&request(short(), CachePointBlock::default().ttl("1d"), short()));
}

#[test]
fn cache_points_have_allowed_positions() {
    let point = || ContentBlock::from(CachePointBlock::default());
    let reasoning = || ContentBlock::from(ReasoningTextBlock::new("So").signature("c2ln"));
    let talk = |content: Vec<ContentBlock>| ask("a").message(Message::assistant(content)).message(Message::user("b"));
    taken(&talk(vec![reasoning(), "c".into(), point()]));
    let after = talk(vec![reasoning(), point(), "c".into()]);
    refused(&after, "messages[1].content[1].cachePoint", Kind::CachePointPlace);
    let redacted = ContentBlock::from(ReasoningContentBlock::RedactedContent(Blob::from(b"a")));
    let after = talk(vec!["c".into(), redacted, point()]);
    refused(&after, "messages[1].content[2].cachePoint", Kind::CachePointPlace);

    hinted(&ask([point(), "a".into()]), "messages[0].content[0].cachePoint", Kind::CachePointPlace);
    let system = ask("a").system([SystemContentBlock::from(CachePointBlock::default()), "b".into()]);
    hinted(&system, "system[0].cachePoint", Kind::CachePointPlace);
    let with = |format: &str| ask(["a".into(), document("a").format(format).into(), point()]);
    hinted(&with("txt"), "messages[0].content[2].cachePoint", Kind::CachePointPlace);
    assert_eq!(hints(&with("pdf")), []);
    let many =
        |count: usize| ask((0..count).flat_map(|at| [ContentBlock::from(at.to_string()), point()]).collect::<Vec<_>>());
    assert_eq!(hints(&many(4)), []);
    hinted(&many(6), "messages[0].content[9].cachePoint", Kind::TooMany);
}

#[test]
fn tool_turn_with_thinking_begins_with_reasoning() {
    let thinking = json!({"thinking": {"type": "enabled", "budget_tokens": 1024}});
    let mut request = called("t1", "t1").additional_model_request_fields(&thinking);
    hinted(&request, "messages[1].content[0]", Kind::MissingReasoning);
    request.messages[1].content.insert(0, ReasoningTextBlock::new("So").signature("c2ln").into());
    assert_eq!(hints(&request), []);
}

#[test]
fn missing_required_member_is_refused() {
    let block = "messages[1].content[1]";
    for (content, place) in [
        (json!({"searchResult": {"title": "t", "content": []}}), "searchResult.source"),
        (json!({"searchResult": {"source": "s", "content": []}}), "searchResult.title"),
        (json!({"searchResult": {"source": "s", "title": "t"}}), "searchResult.content"),
        (json!({"searchResult": {"source": "s", "title": "t", "content": [{}]}}), "searchResult.content[0].text"),
        (
            json!({"searchResult": {"source": "s", "title": "t", "content": [], "citations": {}}}),
            "searchResult.citations.enabled",
        ),
        (json!({"cachePoint": {"ttl": "5m"}}), "cachePoint.type"),
        (json!({"toolAddition": {}}), "toolAddition.tool"),
        (json!({"toolRemoval": {}}), "toolRemoval.tool"),
    ] {
        refused(&sent_back(&content), &format!("{block}.{place}"), Kind::Missing);
    }

    let result = |content: Value| {
        let mut request = called("t1", "t1");
        let block = json!({ "toolResult": content });
        request.messages[2] = serde_json::from_value(json!({"role": "user", "content": [block]})).unwrap();
        request
    };
    refused(&result(json!({"toolUseId": "t1"})), "messages[2].content[0].toolResult.content", Kind::Missing);
    hinted(
        &result(json!({"toolUseId": "t1", "content": []})),
        "messages[2].content[0].toolResult.content",
        Kind::Empty,
    );
    let found = json!({"toolUseId": "t1", "content": [{"searchResult": {"source": "s", "title": "t"}}]});
    let path = "messages[2].content[0].toolResult.content[0].searchResult.content";
    refused(&result(found), path, Kind::Missing);

    let with = |name: &str, value: Value| {
        let mut request = json!({"modelId": "m", "messages": [{"role": "user", "content": [{"text": "a"}]}]});
        request[name] = value;
        read(request)
    };
    refused(&with("serviceTier", json!({})), "serviceTier.type", Kind::Missing);
    refused(&with("system", json!([{"text": "a"}, {"cachePoint": {}}])), "system[1].cachePoint.type", Kind::Missing);
    let tools = json!({"tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": {"type": "object"}}}}, {"cachePoint": {}}]});
    refused(&with("toolConfig", tools), "toolConfig.tools[1].cachePoint.type", Kind::Missing);
    let cited =
        json!({"document": {"name": "a", "format": "pdf", "source": {"bytes": "JVBERi0xLjc="}, "citations": {}}});
    let messages = json!([{"role": "user", "content": [{"text": "a"}, cited]}]);
    refused(&with("messages", messages), "messages[0].content[1].document.citations.enabled", Kind::Missing);

    // A member that was set later is present.
    let mut set = with("serviceTier", json!({}));
    set.service_tier.as_mut().unwrap().r#type = ServiceTierType::Flex;
    taken(&set);
}

#[test]
fn reasoning_needs_text_or_a_signature() {
    let path = "messages[1].content[1].reasoningContent.reasoningText.text";
    refused(&sent_back(&json!({"reasoningContent": {"reasoningText": {}}})), path, Kind::BlankText);
    refused(&sent_back(&json!({"reasoningContent": {"reasoningText": {"text": ""}}})), path, Kind::BlankText);
    hinted(&sent_back(&json!({"reasoningContent": {"reasoningText": {"text": " "}}})), path, Kind::BlankText);
    // The required text is written although it did not arrive.
    let signed = sent_back(&json!({"reasoningContent": {"reasoningText": {"signature": "c2ln"}}}));
    taken(&signed);
    let sent = serde_json::to_value(&signed).unwrap();
    assert_eq!(sent.pointer("/messages/1/content/1/reasoningContent/reasoningText/text"), Some(&json!("")));
}
