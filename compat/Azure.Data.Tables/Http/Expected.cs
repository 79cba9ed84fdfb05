using Azure.Core;

namespace Azure.Data.Tables.Http;

/// <summary>
/// The statuses that an operation expects. Others are errors; what an operation expects is neither thrown nor logged as one.
/// </summary>
internal static class Expected
{
    public static ResponseClassifier Ok { get; } = new StatusCodeClassifier([200]);

    public static ResponseClassifier OkOrAbsent { get; } = new StatusCodeClassifier([200, 404]);

    public static ResponseClassifier Accepted { get; } = new StatusCodeClassifier([202]);

    public static ResponseClassifier Written { get; } = new StatusCodeClassifier([201, 204]);

    public static ResponseClassifier WrittenOrPresent { get; } = new StatusCodeClassifier([201, 204, 409]);

    public static ResponseClassifier GoneOrAbsent { get; } = new StatusCodeClassifier([204, 404]);
}
