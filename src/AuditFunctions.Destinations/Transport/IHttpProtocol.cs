using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Destinations.Transport;

/// <summary>What a destination on HTTP says of itself: its requests, and what its answers mean. Immutable and thread safe.</summary>
internal interface IHttpProtocol
{
    /// <summary>The request for a body. The caller sends it, and disposes it.</summary>
    HttpRequestMessage Request(SendBody body, IReadOnlyDictionary<string, SecretText> secrets);

    /// <summary>The request that asks whether the destination is well; null when it has none.</summary>
    HttpRequestMessage? CheckRequest(IReadOnlyDictionary<string, SecretText> secrets) => null;

    /// <summary>Most bytes of an answer that is one sentence.</summary>
    const int ShortAnswer = 8 * 1024;

    /// <summary>Most bytes of an answer that says something for each event. Cut off it would count as no answer, and what was taken would come again and again.</summary>
    const int LongAnswer = 4 * 1024 * 1024;

    /// <summary>Most bytes of an answer that are read; what is longer is read up to there.</summary>
    /// <param name="events">Events of the body that was sent.</param>
    int MaxAnswerBytes(int events) => ShortAnswer;

    /// <summary>Whether an answer can be the destination's own: a page for people is not.</summary>
    bool IsOwn(in HttpAnswer answer) => !answer.IsPage;

    /// <summary>What an answer means. One that is not the destination's own must be neither accepted nor rejected.</summary>
    SendResult Read(in HttpAnswer answer);

    /// <summary>What the answer to <see cref="CheckRequest"/> means.</summary>
    SendResult ReadCheck(in HttpAnswer answer) => Read(answer);
}
