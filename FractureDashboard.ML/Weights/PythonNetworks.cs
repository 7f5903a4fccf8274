using FractureDashboard.ML.Models;

namespace FractureDashboard.ML.Weights;

/// <summary>The architectures in PyTorch, each a class <c>Network</c> whose state has this program's names.</summary>
internal static class PythonNetworks
{
    /// <summary>The source of a model.</summary>
    /// <param name="model">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="input">What it takes.</param>
    /// <returns>Python source.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static string Of(string model, ModelInput input) => model switch
    {
        BaselineCnnPlan.Name => Baseline.Replace("FEATURES", $"{BaselineCnnPlan.Filters} * {BaselineCnnPlan.FeatureSide(input.ImageSize)} ** 2", StringComparison.Ordinal),
        CompactResNetPlan.Name => $"{BasicBlock}\n\n\n{CompactResNet}",
        MobileNetV2Plan.Name => $"{InvertedResidual}\n\n\n{MobileNetV2}",
        ResNet18Plan.Name => $"{BasicBlock}\n\n\n{ResNet18}",
        _ => throw new ArgumentException($"There is no model named '{model}'.", nameof(model)),
    };

    private const string Baseline = """
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(CHANNELS, 10, 3)
                self.conv2 = nn.Conv2d(10, 10, 3)
                self.conv3 = nn.Conv2d(10, 10, 3)
                self.conv4 = nn.Conv2d(10, 10, 3)
                self.dense = nn.Linear(FEATURES, 1)

            def forward(self, x):
                x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
                x = F.max_pool2d(F.relu(self.conv4(F.relu(self.conv3(x)))), 2)
                return self.dense(x.permute(0, 2, 3, 1).flatten(1)).squeeze(1)  # height, width, channel, as Keras
        """;

    private const string BasicBlock = """
        class BasicBlock(nn.Module):
            def __init__(self, inputs, outputs, stride):
                super().__init__()
                self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
                self.bn1 = nn.BatchNorm2d(outputs)
                self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
                self.bn2 = nn.BatchNorm2d(outputs)
                if stride != 1 or inputs != outputs:
                    self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

            def forward(self, x):
                y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
                return F.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))
        """;

    private const string CompactResNet = """
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(CHANNELS, 24, 3, 2, 1, bias=False)
                self.bn1 = nn.BatchNorm2d(24)
                self.layers = nn.Sequential(
                    BasicBlock(24, 24, 1), BasicBlock(24, 40, 2), BasicBlock(40, 72, 2), BasicBlock(72, 112, 2)
                )
                self.dropout = nn.Dropout(0.3)
                self.fc = nn.Linear(112, 1)

            def forward(self, x):
                # Each image by its own mean and standard deviation.
                mean = x.mean((1, 2, 3), keepdim=True)
                deviation = x.std((1, 2, 3), unbiased=False, keepdim=True)
                x = F.relu(self.bn1(self.conv1((x - mean) / (deviation + 0.05))))
                return self.fc(self.dropout(self.layers(x).mean((2, 3)))).squeeze(1)
        """;

    private const string ResNet18 = """
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
                self.bn1 = nn.BatchNorm2d(64)
                self.layer1 = nn.Sequential(BasicBlock(64, 64, 1), BasicBlock(64, 64, 1))
                self.layer2 = nn.Sequential(BasicBlock(64, 128, 2), BasicBlock(128, 128, 1))
                self.layer3 = nn.Sequential(BasicBlock(128, 256, 2), BasicBlock(256, 256, 1))
                self.layer4 = nn.Sequential(BasicBlock(256, 512, 2), BasicBlock(512, 512, 1))
                self.fc = nn.Linear(512, 1)

            def forward(self, x):
                x = F.relu(self.bn1(self.conv1(normalize_imagenet(x))))
                x = self.layer1(F.max_pool2d(x, 3, 2, 1))
                x = self.layer4(self.layer3(self.layer2(x)))
                return self.fc(x.mean((2, 3))).squeeze(1)


        """ + Normalize;

    private const string InvertedResidual = """
        def unit(inputs, outputs, kernel, stride=1, groups=1):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU6(),
            )


        class InvertedResidual(nn.Module):
            def __init__(self, inputs, outputs, stride, expansion):
                super().__init__()
                hidden = inputs * expansion
                layers = [unit(inputs, hidden, 1)] if expansion != 1 else []
                layers += [unit(hidden, hidden, 3, stride, hidden), nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
                self.conv = nn.Sequential(*layers)
                self.shortcut = stride == 1 and inputs == outputs

            def forward(self, x):
                return x + self.conv(x) if self.shortcut else self.conv(x)
        """;

    private const string MobileNetV2 = """
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                features, inputs = [unit(3, 32, 3, 2)], 32
                rows = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
                for expansion, outputs, count, stride in rows:
                    for i in range(count):
                        features.append(InvertedResidual(inputs, outputs, stride if i == 0 else 1, expansion))
                        inputs = outputs
                features.append(unit(320, 1280, 1))
                self.features = nn.Sequential(*features)
                self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 1))

            def forward(self, x):
                return self.classifier(self.features(normalize_imagenet(x)).mean((2, 3))).squeeze(1)


        """ + Normalize;

    private const string Normalize = """
        def normalize_imagenet(x):
            mean = torch.tensor([0.485, 0.456, 0.406], device=x.device).view(1, 3, 1, 1)
            deviation = torch.tensor([0.229, 0.224, 0.225], device=x.device).view(1, 3, 1, 1)
            return (x.expand(-1, 3, -1, -1) - mean) / deviation  # one channel is repeated to three
        """;
}
