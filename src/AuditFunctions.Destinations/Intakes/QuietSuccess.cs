using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>
/// A success that a service tells by its status, with an empty body or with one that it does not document. A text such as <c>OK</c> or <c>It works!</c> may come from
/// whatever stands in between, and is no proof until the row says with <c>expect</c> that it is the service's own.
/// </summary>
/// <param name="IsEmpty">Whether its body is known to be empty. Else JSON is taken as well, if nothing in it says anything but success.</param>
/// <param name="Statuses">The statuses.</param>
internal sealed record QuietSuccess(bool IsEmpty, params int[] Statuses)
{
    /// <summary>The column that says which text proves a success instead.</summary>
    public static RowParameter Expect { get; } =
        DestinationColumn.Text("expect", "Text that an answer must hold to count as delivered, where something in between or the service answers with one.", example: "\"ok\"");

    /// <summary>What proves a success, in words.</summary>
    public string Proof => $"{string.Join(" or ", Statuses)} with an empty body{(IsEmpty ? "" : ", or with JSON that says nothing but success")}; with expect, with that text.";

    /// <summary>What an answer with one of the statuses means; null for any other.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="name">The kind's word.</param>
    /// <param name="expect">The text that proves it; null for none.</param>
    public SendResult? Read(in HttpAnswer answer, string name, byte[]? expect)
    {
        if (!Statuses.Contains(answer.Status))
        {
            return null;
        }

        var isProof = expect is null ? SuccessText.IsBlank(answer) || (!IsEmpty && SuccessText.SaysNothingElse(answer)) : answer.Body.IndexOf(expect) >= 0;
        return isProof ? SendResult.Accepted.Instance
            : expect is not null ? HttpStatus.NotItsOwn(answer.Status, $"without the text of expect: {SuccessText.StartOf(answer)}")
            : HttpStatus.NotItsOwn(answer.Status, $"with a text that {name} is not known to answer ({SuccessText.StartOf(answer)}; if it is its own, set expect to a part of it)");
    }
}
